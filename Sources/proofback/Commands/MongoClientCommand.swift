import ArgumentParser
import ProofbackRestore

/// Runs inside the sandbox: feeds and reads a MongoDB server, lets no document out.
struct MongoClientCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: MongoClient.commandName, abstract: "Feed and read a MongoDB server inside the sandbox.",
    shouldDisplay: false)
  @Argument var socketPath: String

  func run() throws {
    let code = MongoClient.run(socketPath: socketPath)
    if code != 0 { throw ArgumentParser.ExitCode(code) }
  }
}
