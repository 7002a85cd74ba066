import Glibc
import ProofbackCore

/// Rows between `COPY … FROM stdin;` and `\.`.
extension PostgreSQLScanner {
  /// Headings as pg_dump writes them: no row of a table with more than one column begins with one.
  private static let headings: [[UInt8]] = ["-- Name: ", "-- Data for Name: ", "-- PostgreSQL database "].map {
    Array($0.utf8)
  }
  private static let longestHeading = 24

  mutating func readCopy(
    _ bytes: UnsafePointer<UInt8>, _ from: Int, _ count: Int, _ isLast: Bool
  ) -> Int {
    guard var block = copy else { return from }
    copy = nil
    var position = from
    while position < count {
      if block.isLineStart {
        if count - position < Self.longestHeading, !isLast { break }
        if let end = endMark(bytes, position, count) {
          probe(&block, bytes, from, position)
          finishCopy(block, bytes, from, end)
          return end
        }
        if (block.columns ?? 1) > 1, startsHeading(bytes, position, count) {
          probe(&block, bytes, from, position)
          loseTerminator(block)
          forwardRows(bytes, from, position)
          return position
        }
      }
      let found = memchr(bytes + position, 10, count - position)
      let end = found.map { UnsafePointer<UInt8>($0.assumingMemoryBound(to: UInt8.self)) - bytes } ?? count
      readFields(bytes, position, end, &block)
      if found != nil { endRow(&block) }
      position = found == nil ? end : end + 1
    }
    probe(&block, bytes, from, position)
    forwardRows(bytes, from, position)
    // A last row without a line end: the server takes it, and the end says that the dump was cut.
    copy = block
    return position
  }

  private mutating func forwardRows(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ to: Int) {
    guard to > from else { return }
    pass(bytes, from, to)
    forward(bytes, from, to)
  }

  private func probe(_ block: inout Copy, _ bytes: UnsafePointer<UInt8>, _ from: Int, _ to: Int) {
    if to > from { block.text.take(UnsafeBufferPointer(start: bytes + from, count: to - from), announced: encoding) }
  }

  private func endMark(_ bytes: UnsafePointer<UInt8>, _ at: Int, _ count: Int) -> Int? {
    guard count - at >= 2, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: ".") else { return nil }
    var end = at + 2
    if end < count, bytes[end] == 13 { end += 1 }
    if end == count { return end }
    return bytes[end] == 10 ? end + 1 : nil
  }

  private func startsHeading(_ bytes: UnsafePointer<UInt8>, _ at: Int, _ count: Int) -> Bool {
    Self.headings.contains { count - at >= $0.count && memcmp(bytes + at, $0, $0.count) == 0 }
  }

  private func readFields(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ to: Int, _ block: inout Copy) {
    var position = from
    while position < to, let tab = memchr(bytes + position, 9, to - position) {
      block.fields += 1
      position = UnsafePointer<UInt8>(tab.assumingMemoryBound(to: UInt8.self)) - bytes + 1
    }
    if block.head.count < 300 {
      block.head += UnsafeBufferPointer(start: bytes + from, count: min(to - from, 300 - block.head.count))
    }
    block.isLineStart = false
  }

  private mutating func endRow(_ block: inout Copy) {
    claims.tables[block.table]?.rows += 1
    noteFields(block)
    block.fields = 1
    block.head.removeAll(keepingCapacity: true)
    block.isLineStart = true
  }

  private mutating func noteFields(_ block: Copy) {
    guard let columns = block.columns, block.fields != columns else { return }
    let number = Int(clamping: claims.tables[block.table]?.rows ?? 0)
    let at = block.line + number
    if let said = block.head.withUnsafeBufferPointer({ ToolText.judge($0) }) {
      note(ToolMessage(said.kind, text: said.text, line: at))
    }
    claims.badRows += 1
    if claims.badRow == nil {
      claims.badRow = .init(line: at, table: shown(block.table), fields: block.fields, columns: columns)
    }
  }

  private mutating func finishCopy(_ block: Copy, _ bytes: UnsafePointer<UInt8>, _ from: Int, _ end: Int) {
    pass(bytes, from, end)
    forward(bytes, from, end)
    claims.tables[block.table]?.text = block.text
    mode = .code
    isLineStart = true
    if block.isPrivileged { forward("SET SESSION AUTHORIZATION \(target.restorer);") }
  }

  /// The rest of the file would go into the table as rows.
  private mutating func loseTerminator(_ block: Copy) {
    claims.unterminated = .init(line: block.line, place: shown(block.table))
    mode = .code
    isLineStart = true
  }

  mutating func beginCopy(_ table: PostgreSQLName, columns: Int?, isPrivileged: Bool) {
    claims.tables[table, default: .init(line: statement.line)].rowsLine = statement.line
    copy = Copy(table: table, line: statement.line, columns: columns, isPrivileged: isPrivileged)
  }
}

extension PostgreSQLScanner {
  /// psql takes rows from the line after the statement's on.
  mutating func readCopyHead(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ count: Int) -> Int {
    let found = memchr(bytes + from, 10, count - from)
    let end = found.map { UnsafePointer<UInt8>($0.assumingMemoryBound(to: UInt8.self)) - bytes + 1 } ?? count
    pass(bytes, from, end)
    forward(bytes, from, end)
    if found != nil { mode = .copy }
    return end
  }
}
