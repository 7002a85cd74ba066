import Glibc
import SystemPackage

/// Small files of the kernel's and of ours, read and written whole.
enum TextFile {
  /// What is in it, at most 1 MiB; empty when it can't be read.
  static func read(_ path: String) -> String {
    guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return "" }
    defer { try? file.close() }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while bytes.count < 1 << 20, let count = try? buffer.withUnsafeMutableBytes({ try file.readSome(into: $0) }),
      count > 0
    {
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// One `write` to a file that exists, as control files want it.
  static func write(_ text: String, to path: String) throws {
    let file = try FileDescriptor.open(path, .writeOnly, options: .closeOnExec)
    defer { try? file.close() }
    try Array(text.utf8).withUnsafeBytes { try file.writeFully($0) }
  }

  /// Makes a file of mode 0600 that did not exist, or empties the one that did.
  static func make(_ text: String, at path: String) throws {
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec, .noFollow], permissions: .ownerReadWrite)
    defer { try? file.close() }
    try Array(text.utf8).withUnsafeBytes { try file.writeFully($0) }
  }
}
