import Foundation
import ProofbackTestSupport

/// The program as people call it, beside a server.
enum ClientProgram {
  struct Ended {
    var status: Int32
    var output: String
    var errors: String
  }

  /// - Parameter config: where its login is kept; what it says is kept beside it.
  static func run(
    _ arguments: [String], config: String, input: String = "", environment: [String: String] = [:]
  ) async throws -> Ended {
    let folder = URL(fileURLWithPath: config).deletingLastPathComponent()
    let program = Process()
    program.executableURL = URL(fileURLWithPath: BuiltProgram.proofback)
    program.arguments = arguments
    program.environment = ProcessInfo.processInfo.environment.merging(["PROOFBACK_CLIENT": config]) { $1 }
      .merging(environment) { $1 }
    let files = ["in", "out", "err"].map { folder.appending(path: "\($0)-\(UUID().uuidString)") }
    try Data(input.utf8).write(to: files[0])
    for file in files[1...] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    program.standardInput = try FileHandle(forReadingFrom: files[0])
    program.standardOutput = try FileHandle(forWritingTo: files[1])
    program.standardError = try FileHandle(forWritingTo: files[2])
    try program.run()
    await Task.detached { program.waitUntilExit() }.value
    return Ended(
      status: program.terminationStatus, output: try String(contentsOf: files[1], encoding: .utf8),
      errors: try String(contentsOf: files[2], encoding: .utf8))
  }
}
