import Foundation
import GRDB
public import ProofbackCore

extension AuditTrail: AuditRepository {
  /// A text is looked for in so many lines a page.
  static let window: Int64 = 20_000

  public func page(_ filter: AuditFilter, before: Int64? = nil, limit: Int = 50) throws -> AuditPage {
    try state.read { database in
      let newest = try Int64.fetchOne(database, sql: "SELECT max(number) FROM audit") ?? 0
      let top = min(before ?? .max, newest + 1)
      let bottom = filter.text == nil ? 0 : max(0, top - Self.window)
      let (condition, arguments) = Self.condition(filter)
      let rows = try Row.values(
        database,
        sql: """
          SELECT audit.number, who, name, what, about, details, at, origin FROM audit \
          LEFT JOIN person ON person.id = who WHERE number < ? AND number >= ?\(condition) ORDER BY number DESC LIMIT ?
          """, arguments: [top, bottom] + arguments + [limit + 1], Self.line)
      let lines = Array(rows.prefix(limit))
      if rows.count > limit { return AuditPage(lines: lines, older: lines.last?.number) }
      return AuditPage(lines: lines, older: bottom > 1 ? bottom : nil)
    }
  }

  private static func condition(_ filter: AuditFilter) -> (String, StatementArguments) {
    var condition = ""
    var arguments = StatementArguments()
    if let person = filter.person {
      condition += " AND who = ?"
      arguments += [person]
    }
    if let text = filter.text {
      condition += " AND (details LIKE ? ESCAPE '\\' OR what LIKE ? ESCAPE '\\')"
      arguments += [pattern(text), pattern(text)]
    }
    return (condition, arguments)
  }

  /// What stands anywhere; `%` and `_` mean themselves.
  private static func pattern(_ text: String) -> String {
    let plain = text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    return "%\(plain)%"
  }

  private static func line(_ row: Row) -> AuditLine {
    AuditLine(
      number: row["number"], who: row["who"], name: row["name"], what: row["what"], about: row["about"],
      details: row["details"], at: Date(milliseconds: row["at"]), origin: row["origin"])
  }

  public func newest() throws -> AuditSeal? { try state.read { try Self.newest($0) } }

  static func newest(_ database: Database) throws -> AuditSeal? {
    try Row.fetchOne(database, sql: "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1").map {
      AuditSeal(number: $0["number"], hash: text($0["hash"]))
    }
  }

  public func verify(expecting expected: String? = nil) throws -> (AuditVerification, hasExpected: Bool) {
    try state.read { try Self.verify($0, expecting: expected) }
  }

  static func verify(
    _ database: Database, expecting expected: String? = nil
  ) throws -> (AuditVerification, hasExpected: Bool) {
    var previous = Data()
    var newest: AuditSeal?
    var hasExpected = false
    let lines = try Line.order(Column("number")).fetchCursor(database)
    var number: Int64 = 1
    while let line = try lines.next() {
      guard line.number == number, line.hash == line.hash(after: previous) else {
        return (.broken(line: number), hasExpected)
      }
      previous = line.hash
      if expected != nil, Self.text(line.hash) == expected { hasExpected = true }
      newest = AuditSeal(number: number, hash: Self.text(line.hash))
      number += 1
    }
    return (.holds(newest: newest), hasExpected)
  }

  private static func text(_ hash: Data) -> String {
    hash.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}

extension AuditTrail {
  /// The newest lines, the newest first.
  public func lines(limit: Int = 50) throws -> [AuditLine] { try page(AuditFilter(), limit: limit).lines }

  /// The number of the first line that does not fit the one before it; nil when the whole trail holds.
  public func firstBrokenLine() throws -> Int64? {
    if case .broken(let line) = try verify().0 { return line }
    return nil
  }
}
