import ArgumentParser
import ProofbackRestore

/// Runs inside the sandbox: feeds and reads a MongoDB server.
struct MongoClientCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: MongoClient.commandName, abstract: "Feed and read a MongoDB server inside the sandbox.",
    shouldDisplay: false)
  @Argument var socket: String

  func run() throws {
    let code = MongoClient.run(socketPath: socket)
    if code != 0 { throw ExitCode(code) }
  }
}
