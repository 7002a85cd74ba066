import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
public import SystemPackage

/// Writes files into a folder of the sandbox, as a process of ours in there: whoever reads the backup never writes where
/// the sandbox's programs could lay a link.
///
/// Input, for each file: two bytes of name length, the name, then pieces of four bytes of length and so many bytes, a
/// piece of length 0 last; a name of length 0 ends all. Numbers have their lowest byte first. Names are relative, without `..`;
/// one that ends in a slash makes a folder, and no pieces follow. With the highest bit of the name's length set, eight bytes
/// of offset stand behind the name: the pieces go there, and the rest of the file stays (or becomes a hole).
public struct FolderWriter {
  public static let commandName = "folder-writer"
  private let folder: String
  private static let piece = 1 << 18

  public init(folder: String) { self.folder = folder }

  /// Reads `input` to its end.
  public func run(from input: FileDescriptor) throws {
    try make(folder)
    while let head = try input.readWhole(2) {
      let length = Int(head[0]) | Int(head[1] & 0x7F) << 8
      guard length > 0 else { return }
      guard let bytes = try input.readWhole(length) else { throw CutShort() }
      let offset = head[1] & 0x80 != 0 ? try Self.offset(input) : nil
      try write(String(decoding: bytes, as: UTF8.self), at: offset, from: input)
    }
    throw CutShort()
  }

  private static func offset(_ input: FileDescriptor) throws -> Int64 {
    guard let bytes = try input.readWhole(8) else { throw CutShort() }
    let offset = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard offset < 1 << 60 else { throw Errno.invalidArgument }
    return Int64(offset)
  }

  /// - Parameter offset: where in the file the pieces go; nil makes the file anew.
  private func write(_ name: String, at offset: Int64?, from input: FileDescriptor) throws {
    let isFolder = name.hasSuffix("/")
    let parts = (isFolder ? name.dropLast() : name[...]).split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else { throw Errno.invalidArgument }
    var path = folder
    for part in isFolder ? parts : parts.dropLast() {
      path += "/\(part)"
      try make(path)
    }
    if isFolder { return }
    let file = try FileDescriptor.open(
      FilePath("\(folder)/\(name)"), .writeOnly,
      options: offset == nil ? [.create, .truncate, .noFollow, .closeOnExec] : [.create, .noFollow, .closeOnExec],
      permissions: .ownerReadWrite)
    defer { try? file.close() }
    if let offset { try file.seek(offset: offset, from: .start) }
    while true {
      guard let head = try input.readWhole(4) else { throw CutShort() }
      var rest = head.enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
      if rest == 0 { return }
      while rest > 0 {
        guard let bytes = try input.readWhole(min(rest, Self.piece)) else { throw CutShort() }
        try bytes.withUnsafeBytes { try file.writeFully($0) }
        rest -= bytes.count
      }
    }
  }

  private func make(_ folder: String) throws {
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
  }
}

/// The other end: gives members to a `FolderWriter`. Blocks.
final class FolderFeed {
  private let target: FileDescriptor
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
  private(set) var bytes: UInt64 = 0
  private var isOpen = true

  /// - Parameter target: closed by `close`.
  init(_ target: FileDescriptor) { self.target = target }

  deinit { buffer.deallocate() }

  struct Written {
    var size: UInt64 = 0
    /// The last bytes, at most 16.
    var tail: [UInt8] = []
  }

  /// Writes all that is left of `member` into a file of this name.
  /// - Parameter offset: where in the file; nil makes the file anew.
  func write(
    _ member: any ByteReader, as name: String, at offset: UInt64? = nil, onBytes: (UInt64) -> Void
  ) throws -> Written {
    var written = Written()
    let path = Array(name.utf8.prefix(4096))
    try send([UInt8(path.count & 0xFF), UInt8(path.count >> 8) | (offset == nil ? 0 : 0x80)] + path)
    if let offset { try send((0..<8).map { UInt8(truncatingIfNeeded: offset >> (8 * $0)) }) }
    while true {
      let count = try member.read(into: buffer)
      if count == 0 { break }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      try send((0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) })
      try target.writeFully(piece)
      written.size += UInt64(count)
      written.tail = Array((written.tail + piece.suffix(16)).suffix(16))
      bytes += UInt64(count)
      onBytes(bytes)
    }
    try send([0, 0, 0, 0])
    return written
  }

  func makeFolder(_ name: String) throws {
    let path = Array("\(name)/".utf8)
    try send([UInt8(path.count & 0xFF), UInt8(path.count >> 8)] + path)
  }

  /// Says that all files were given.
  func finish() throws { try send([0, 0]) }

  /// Safe twice.
  func close() {
    if isOpen { try? target.close() }
    isOpen = false
  }

  private func send(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try target.writeFully($0) } }
}
