/// Writes archives in pg_dump's custom format (PostgreSQL, src/bin/pg_dump/pg_backup_archiver.c, WriteHead and WriteToc).
struct PostgreSQLArchiveMaker {
  var format: UInt8 = 16
  var server = "17.5"
  /// Of each list of rows.
  var rows: [[UInt8]] = []

  static func integer(_ value: Int) -> [UInt8] {
    [value < 0 ? 1 : 0] + (0..<4).map { UInt8(truncatingIfNeeded: abs(value) >> (8 * $0)) }
  }

  static func text(_ text: String?) -> [UInt8] {
    guard let text else { return integer(-1) }
    return integer(text.utf8.count) + Array(text.utf8)
  }

  var head: [UInt8] {
    let mark = Array("PGDMP".utf8) + [1, format, 0, 4, 8, 1]
    let compression: [UInt8] = format >= 15 ? [1] : Self.integer(-1)
    let time = [1, 2, 3, 4, 5, 126, 0].flatMap(Self.integer)
    return mark + compression + time + [Self.text("shop"), Self.text(server), Self.text(server)].flatMap { $0 }
  }

  /// - Parameter place: what stands where the place of its rows is noted.
  func contents(place: UInt8) -> [UInt8] {
    var bytes = Self.integer(rows.count)
    for index in rows.indices {
      bytes += Self.integer(index + 1) + Self.integer(1)
      bytes += [Self.text("0"), Self.text("0"), Self.text("rows"), Self.text("TABLE DATA")].flatMap { $0 }
      bytes += Self.integer(3)
      bytes += (0..<(format >= 14 ? 6 : 5)).flatMap { _ in Self.text("x") }
      if format >= 16 { bytes += Self.integer(0) }
      bytes += Self.text("owner") + Self.text("false") + Self.text("7") + Self.text(nil)
      bytes += [UInt8](repeating: place, count: 9)
    }
    return bytes
  }

  var blocks: [UInt8] {
    rows.enumerated().flatMap { index, bytes in
      [1] + Self.integer(index + 1) + Self.integer(bytes.count) + bytes + Self.integer(0)
    }
  }

  var whole: [UInt8] { head + contents(place: 1) + blocks }
}
