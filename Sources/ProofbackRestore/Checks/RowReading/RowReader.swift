import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Counts and measures rows where they arrive, inside the sandbox: reads a client's rows on standard input and lets nothing
/// of them out but counts, sizes and what `TableProfile` has.
///
/// Input: one row a line; a line `MARK<tab>SECTION[<tab>PLAN]` ends the section before and begins another, which is
/// measured by its plan (`ProfilePlan`), or answers a check (`?KEY`). Output: a line
/// `SECTION<tab>ROWS<tab>BYTES[<tab>JSON]` for each that ended; the JSON is a `TableProfile` or a `CheckAnswer`.
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
  private var answering: AnswerReading?
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
      let taken = head.count - before
      head.withUnsafeBytes { measure($0) }
      measure(UnsafeRawBufferPointer(rebasing: piece.dropFirst(taken)))
      return
    }
    measure(piece)
  }

  private mutating func measure(_ bytes: UnsafeRawBufferPointer) {
    measuring?.take(bytes)
    answering?.take(bytes)
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
        measuring = plan.flatMap { ProfilePlan($0) }.map { RowMeasuring($0, format) }
        answering = plan.flatMap { Self.answerKey($0) }.map { AnswerReading(key: $0, format) }
        return
      }
      let head = lineHead
      head.withUnsafeBytes { measure($0) }
    }
    rows += 1
    bytes += UInt64(lineLength)
    measuring?.endRow()
    answering?.endRow()
  }

  /// What stands in a plan's place where the section is a check's.
  static func answerPlan(key: UInt64) -> String { "?" + String(key, radix: 16) }
  private static func answerKey(_ plan: String) -> UInt64? {
    plan.hasPrefix("?") ? UInt64(plan.dropFirst(), radix: 16) : nil
  }

  private func markLine() -> (Int, String?)? {
    let fields = lineHead.split(separator: 9, omittingEmptySubsequences: false)
    guard fields.count >= 2, fields[0].elementsEqual(mark),
      let number = Int(String(decoding: fields[1], as: UTF8.self))
    else { return nil }
    return (number, fields.count > 2 ? String(decoding: fields[2], as: UTF8.self) : nil)
  }

  private mutating func endSection(_ output: FileDescriptor) throws {
    if let section {
      var line = Array("\(section)\t\(rows)\t\(bytes)".utf8)
      let encoder = JSONEncoder()
      encoder.outputFormatting = .withoutEscapingSlashes
      if let profile = measuring?.finish() { line += [9] + Array(try encoder.encode(profile)) }
      if let answer = answering?.finish() { line += [9] + Array(try encoder.encode(answer)) }
      try (line + [10]).withUnsafeBytes { try output.writeFully($0) }
    }
    section = nil
    measuring = nil
    answering = nil
    rows = 0
    bytes = 0
  }
}
