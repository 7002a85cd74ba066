import Foundation
import FoundationNetworking
import Glibc
import ProofbackTestSupport
import Synchronization

/// A real `proofback serve` with a state of its own.
final class ServeKit: Sendable {
  let folder: String
  let port: Int
  private let process = Mutex<Process?>(nil)
  private let tiePipe = Mutex<Pipe?>(nil)

  init() throws {
    folder = NSTemporaryDirectory() + "proofback-serve-" + UUID().uuidString
    port = try Self.freePort()
    try FileManager.default.createDirectory(atPath: folder + "/backups", withIntermediateDirectories: true)
  }

  deinit {
    kill()
    try? FileManager.default.removeItem(atPath: folder)
  }

  var origin: String { "http://127.0.0.1:\(port)" }

  /// Starts the server and waits until it serves.
  /// - Returns: the setup link's path, when it printed one.
  /// - Parameter tied: it ends with the tests, for one that is shared and that nobody stops.
  @discardableResult
  func start(_ options: [String] = [], tied: Bool = false) async throws -> String? {
    let server = Process()
    let command =
      [
        BuiltProgram.proofback, "serve", "--listen", "127.0.0.1:\(port)", "--state-folder", folder + "/state",
      ] + options
    server.executableURL = URL(fileURLWithPath: tied ? "/bin/sh" : command[0])
    // The shell reads from a pipe that closes when the tests end, however they end.
    let watch = "\"$@\" </dev/null & cat >/dev/null; kill -9 $!; rm -rf \"$0\""
    server.arguments = tied ? ["-c", watch, folder] + command : Array(command.dropFirst())
    if tied {
      let tie = Pipe()
      server.standardInput = tie
      tiePipe.withLock { $0 = tie }
    }
    let output = Pipe()
    server.standardOutput = output
    try server.run()
    process.withLock { $0 = server }
    let text = await Self.start(from: output.fileHandleForReading)
    return text.firstRange(of: "/setup?token=").map { String(text[$0.lowerBound...].prefix { !$0.isWhitespace }) }
  }

  /// What a server says until it serves, or ends.
  static func start(from output: FileHandle) async -> String {
    await Task.detached {
      var text = ""
      while !text.contains("proofback serves") {
        let data = output.availableData
        if data.isEmpty { break }
        text += String(decoding: data, as: UTF8.self)
      }
      return text
    }.value
  }

  func kill() {
    process.withLock { process in
      guard let server = process else { return }
      if server.isRunning { Glibc.kill(server.processIdentifier, SIGKILL) }
      server.waitUntilExit()
      process = nil
    }
  }

  /// SIGTERM; returns when the server has ended.
  func stop() -> Int32 {
    process.withLock { process in
      guard let server = process else { return -1 }
      server.terminate()
      server.waitUntilExit()
      process = nil
      return server.terminationStatus
    }
  }

  static func freePort() throws -> Int { Int(try FreePort.take()) }
}
