import ArgumentParser
import ProofbackRestore
import SystemPackage

/// Runs inside the sandbox: looks at the tablespaces of a physical backup.
struct TablespaceReaderCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: TablespaceReader.commandName, abstract: "Check tablespaces inside the sandbox.", shouldDisplay: false)
  @Argument var folder: String
  @Argument var tool: String

  func run() async throws { try await TablespaceReader(folder: folder, tool: tool).run(to: .standardOutput) }
}
