import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Counts and measures rows where they arrive, inside the sandbox: reads a client's rows on standard input and lets nothing
/// of them out but counts, sizes and what `TableProfile` has.
///
/// Input: one row a line; a line `MARK<tab>SECTION[<tab>PLAN]` ends the section before and begins another, which is
/// measured by its plan (`ProfilePlan`). Output: a line `SECTION<tab>ROWS<tab>BYTES[<tab>JSON]` for each that ended.
public struct RowReader {
  public static let commandName = "row-reader"
  private let mark: [UInt8]
  private var section: Int?
  private var rows: UInt64 = 0
  private var bytes: UInt64 = 0
  /// The start of a line whose end has not come yet, as far as it can still be a mark.
  private var lineHead: [UInt8] = []
  private var lineLength = 0
  private var measuring: RowMeasuring?
  private let format: RowFormat
  private static let longestMarkLine = 120 + 3 * TableSketch.mostColumns

  public init(mark: String, format: RowFormat) {
    self.mark = Array(mark.utf8)
    self.format = format
  }

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
      let piece = UnsafeRawBufferPointer(rebasing: rest[..<length])
      try take(piece: piece)
      guard newline != nil else { return }
      try endLine(output)
      rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
    }
  }

  /// A piece of a line. What may still be a mark waits.
  private mutating func take(piece: UnsafeRawBufferPointer) throws {
    let before = lineLength
    lineLength += piece.count
    if couldBeMark(before) {
      lineHead.append(contentsOf: piece.prefix(max(0, mark.count - before)))
      // Behind a mark its plan may be long; of any other line no more is kept.
      if lineHead.starts(with: mark) {
        let rest = piece.dropFirst(lineHead.count - before)
        lineHead.append(contentsOf: rest.prefix(max(0, Self.longestMarkLine - lineHead.count)))
      }
      if couldBeMark(lineLength) { return }
      let head = lineHead
      head.withUnsafeBytes { measuring?.take($0) }
      let taken = head.count - before
      measuring?.take(UnsafeRawBufferPointer(rebasing: piece.dropFirst(taken)))
      return
    }
    measuring?.take(piece)
  }

  /// Whether the line so far, `length` bytes of it, is still a mark's beginning.
  private func couldBeMark(_ length: Int) -> Bool {
    guard lineHead.count == length, length < Self.longestMarkLine else { return false }
    return length < mark.count ? mark.starts(with: lineHead) : lineHead.starts(with: mark)
  }

  private mutating func endLine(_ output: FileDescriptor) throws {
    defer {
      lineHead.removeAll(keepingCapacity: true)
      lineLength = 0
    }
    if couldBeMark(lineLength) {
      if let (number, plan) = markLine() {
        try endSection(output)
        section = number
        measuring = plan.map { RowMeasuring($0, format) }
        return
      }
      lineHead.withUnsafeBytes { measuring?.take($0) }
    }
    rows += 1
    bytes += UInt64(lineLength)
    measuring?.endRow()
  }

  private func markLine() -> (Int, ProfilePlan?)? {
    let fields = lineHead.split(separator: 9, omittingEmptySubsequences: false)
    guard fields.count >= 2, fields[0].elementsEqual(mark),
      let number = Int(String(decoding: fields[1], as: UTF8.self))
    else { return nil }
    return (number, fields.count > 2 ? ProfilePlan(String(decoding: fields[2], as: UTF8.self)) : nil)
  }

  private mutating func endSection(_ output: FileDescriptor) throws {
    if let section {
      var line = Array("\(section)\t\(rows)\t\(bytes)".utf8)
      if let profile = measuring?.finish() {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        line += [9] + Array(try encoder.encode(profile))
      }
      try (line + [10]).withUnsafeBytes { try output.writeFully($0) }
    }
    section = nil
    measuring = nil
    rows = 0
    bytes = 0
  }
}
