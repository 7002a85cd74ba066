import ArgumentParser
import ProofbackRestore

/// Runs inside the sandbox: reads an SQLite database.
struct SQLiteReaderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: SQLiteReader.commandName, abstract: "Read an SQLite database inside the sandbox.",
    shouldDisplay: false)
  @Argument var folder: String
  @Argument var memoryBytes: Int64

  func run() throws {
    let code = SQLiteReader.run(folder: folder, memoryBytes: memoryBytes)
    if code != 0 { throw ExitCode(code) }
  }
}
