import Crypto
public import Foundation
import GRDB
import ProofbackCore

extension Actor {
  func did(_ what: String, _ about: String, _ details: [String] = []) -> AuditEntry {
    AuditEntry(who: person, what: what, about: about, details: details, at: at, from: address)
  }
}

/// One line of the audit trail.
struct AuditEntry: Sendable, Equatable {
  var who: String?
  /// Dotted, past tense: `credential.added`.
  var what: String
  /// The id of what it is about.
  var about: String
  var details: [String] = []
  var at: Date
  var from = ""
}

/// Who did what when: append-only, each entry hashed over the one before.
public struct AuditTrail: Sendable {
  public struct Line: Record, Sendable, Equatable {
    public static let databaseTableName = "audit"
    public var number: Int64?
    public var who: String?
    public var what: String
    public var about: String
    public var details: String
    public var at: Date
    public var origin: String
    var hash: Data

    /// Over all that it says and the hash before; lengths in front, so that no two contents read the same.
    func hash(after previous: Data) -> Data {
      var hasher = SHA256()
      hasher.update(data: previous)
      for field in [who ?? "", what, about, details, String(at.milliseconds), origin] {
        hasher.update(data: Data("\(field.utf8.count):\(field)".utf8))
      }
      return Data(hasher.finalize())
    }
  }

  private let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  static func append(_ entry: AuditEntry, _ database: Database) throws {
    let previous = try Data.fetchOne(database, sql: "SELECT hash FROM audit ORDER BY number DESC LIMIT 1") ?? Data()
    var line = Line(
      who: entry.who, what: entry.what, about: entry.about, details: entry.details.joined(separator: ", "),
      at: Date(timeIntervalSince1970: Double(entry.at.milliseconds) / 1000), origin: entry.from, hash: Data())
    line.hash = line.hash(after: previous)
    try line.insert(database)
  }

  /// The newest first.
  /// - Parameter before: the number of the last line of the page before.
  public func lines(before: Int64? = nil, limit: Int = 50) throws -> [Line] {
    try state.read { database in
      var request = Line.order(Column("number").desc).limit(limit)
      if let before { request = request.filter(Column("number") < before) }
      return try request.fetchAll(database)
    }
  }

  /// The number of the first line that does not fit the one before it; nil when the whole trail holds.
  public func firstBrokenLine() throws -> Int64? {
    try state.read { database in
      var previous = Data()
      let lines = try Line.order(Column("number")).fetchCursor(database)
      var expected: Int64 = 1
      while let line = try lines.next() {
        guard line.number == expected, line.hash == line.hash(after: previous) else { return expected }
        previous = line.hash
        expected += 1
      }
      return nil
    }
  }
}

enum AuditSchema {
  static let first = """
    CREATE TABLE audit (
      number INTEGER PRIMARY KEY AUTOINCREMENT, who TEXT, what TEXT NOT NULL, about TEXT NOT NULL,
      details TEXT NOT NULL, at INTEGER NOT NULL, origin TEXT NOT NULL, hash BLOB NOT NULL
    ) STRICT;
    CREATE TRIGGER auditIsNotChanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
    CREATE TRIGGER auditIsNotDeleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
    """
}
