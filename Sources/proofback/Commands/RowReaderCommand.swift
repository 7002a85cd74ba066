import ArgumentParser
import ProofbackRestore
import SystemPackage

/// Runs inside the sandbox: counts and measures rows, lets none out.
struct RowReaderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: RowReader.commandName, abstract: "Count rows inside the sandbox.", shouldDisplay: false)
  @Argument var mark: String
  @Argument var format: RowFormat

  func run() throws {
    var reader = RowReader(mark: mark, format: format)
    try reader.run(from: .standardInput, to: .standardOutput)
  }
}

extension RowFormat: ExpressibleByArgument {}
