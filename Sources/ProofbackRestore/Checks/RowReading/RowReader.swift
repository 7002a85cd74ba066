import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Counts rows where they arrive, inside the sandbox: reads a client's rows on standard input and lets nothing of
/// them out but counts and sizes.
///
/// Input: one row a line; a line `MARK<tab>SECTION` ends the section before and begins another. Output: a line
/// `SECTION<tab>ROWS<tab>BYTES` for each section that ended.
public struct RowReader {
  public static let commandName = "row-reader"
  private let mark: [UInt8]
  private var section: Int?
  private var rows: UInt64 = 0
  private var bytes: UInt64 = 0
  /// The start of a line whose end has not come yet, as far as it can still be a mark.
  private var lineHead: [UInt8] = []
  private var lineLength = 0
  private static let longestMark = 80

  public init(mark: String) { self.mark = Array(mark.utf8) }

  /// Reads `input` to its end.
  public mutating func run(from input: FileDescriptor, to output: FileDescriptor) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = try input.readSome(into: buffer)
      if count == 0 { break }
      try take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), output)
    }
    if lineLength > 0 { try endLine(output) }
    try endSection(output)
  }

  private mutating func take(_ chunk: UnsafeRawBufferPointer, _ output: FileDescriptor) throws {
    var rest = chunk
    while !rest.isEmpty, let base = rest.baseAddress {
      let newline = memchr(base, 10, rest.count)
      let length = newline.map { UnsafeRawPointer($0) - base } ?? rest.count
      if lineHead.count < Self.longestMark {
        lineHead.append(contentsOf: rest[..<min(length, Self.longestMark - lineHead.count)])
      }
      lineLength += length
      guard newline != nil else { return }
      try endLine(output)
      rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
    }
  }

  private mutating func endLine(_ output: FileDescriptor) throws {
    defer {
      lineHead.removeAll(keepingCapacity: true)
      lineLength = 0
    }
    if lineLength == lineHead.count, lineHead.starts(with: mark), lineHead.dropFirst(mark.count).first == 9,
      let number = Int(String(decoding: lineHead.dropFirst(mark.count + 1), as: UTF8.self))
    {
      try endSection(output)
      section = number
      return
    }
    rows += 1
    bytes += UInt64(lineLength)
  }

  private mutating func endSection(_ output: FileDescriptor) throws {
    if let section {
      try Array("\(section)\t\(rows)\t\(bytes)\n".utf8).withUnsafeBytes { try output.writeFully($0) }
    }
    section = nil
    rows = 0
    bytes = 0
  }
}
