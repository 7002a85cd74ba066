import Foundation

/// A key of age, made by its own tool.
struct AgeKey {
  let identity: String
  let recipient: String

  init() throws {
    let output = try Self.run("age-keygen", [], input: Data())
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    identity = lines.first { $0.hasPrefix("AGE-SECRET-KEY-") } ?? ""
    recipient = lines.compactMap { $0.firstMatch(of: /public key: (\S+)/) }.first.map { String($0.output.1) } ?? ""
  }

  /// Encrypts to this key.
  func write(_ text: String, to path: String) throws {
    try Self.run("age", ["-r", recipient], input: Data(text.utf8)).write(to: URL(filePath: path))
  }

  private static func run(_ tool: String, _ arguments: [String], input: Data) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/\(tool)")
    process.arguments = arguments
    let (from, to) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (from, to, FileHandle.nullDevice)
    try process.run()
    try from.fileHandleForWriting.write(contentsOf: input)
    try from.fileHandleForWriting.close()
    let output = to.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return output
  }
}
