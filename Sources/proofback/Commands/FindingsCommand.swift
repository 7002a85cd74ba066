import ArgumentParser
import ProofbackRestore

/// Prints docs/findings.md.
struct FindingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings", abstract: "Print every finding with its cause and next step.", shouldDisplay: false)

  func run() { print(FindingsDocument.markdown(), terminator: "") }
}
