import ArgumentParser
import ProofbackRestore
import SystemPackage

/// Runs inside the sandbox: unpacks what comes on standard input into a folder.
struct FolderWriterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: FolderWriter.commandName, abstract: "Unpack inside the sandbox.", shouldDisplay: false)
  @Argument var folder: String

  func run() throws { try FolderWriter(folder: folder).run(from: .standardInput) }
}
