import ArgumentParser
import ProofbackRestore
import SystemPackage

/// Runs inside the sandbox: counts the server's warnings, lets no text of theirs out.
struct WarningReaderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: WarningReader.commandName, abstract: "Count warnings inside the sandbox.", shouldDisplay: false)

  func run() throws {
    var reader = WarningReader()
    try reader.run(from: .standardInput, to: .standardOutput)
  }
}
