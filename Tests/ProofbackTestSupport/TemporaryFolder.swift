public import Foundation

/// A folder of a test's own, gone with the value's owner calling `remove`.
public struct TemporaryFolder: Sendable {
  public let path: String

  public init(_ name: String = "test") throws {
    path = NSTemporaryDirectory() + "proofback-\(name)-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  public static func with<Value>(_ name: String = "test", _ body: (TemporaryFolder) async throws -> Value) async throws
    -> Value
  {
    let folder = try TemporaryFolder(name)
    defer { folder.remove() }
    return try await body(folder)
  }

  /// Writes a file below; `age` is seconds before `now`, to the second.
  @discardableResult
  public func write(_ name: String, _ content: Data, age: Double = 0, now: Date = Date()) throws -> String {
    let file = path + "/" + name
    try content.write(to: URL(filePath: file))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: (now.timeIntervalSince1970 - age).rounded())],
      ofItemAtPath: file)
    return file
  }

  @discardableResult
  public func write(_ name: String, _ content: String, age: Double = 0, now: Date = Date()) throws -> String {
    try write(name, Data(content.utf8), age: age, now: now)
  }

  public func folder(_ name: String) throws -> String {
    let folder = path + "/" + name
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  public var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }

  public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
