import ArgumentParser
import ProofbackRestore
import SystemPackage

/// Runs inside the sandbox: counts rows, lets none out.
struct RowReaderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: RowReader.commandName, abstract: "Count rows inside the sandbox.", shouldDisplay: false)
  @Argument var mark: String

  func run() throws {
    var reader = RowReader(mark: mark)
    try reader.run(from: .standardInput, to: .standardOutput)
  }
}
