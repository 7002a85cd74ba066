import ArgumentParser
import ProofbackLaunchers

/// Prints docs/workplaces.md.
struct WorkplacesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workplaces", abstract: "Print every kind of workplace with its options and findings.",
    shouldDisplay: false)

  func run() { print(WorkplacesDocument.markdown(), terminator: "") }
}
