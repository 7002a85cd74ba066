import Crypto
import Foundation
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
  struct Line: Record {
    static let databaseTableName = "audit"
    var number: Int64?
    var who: String?
    var what: String
    var about: String
    var details: String
    var at: Date
    var origin: String
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

  let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  static func append(_ entry: AuditEntry, _ database: Database) throws {
    let previous = try Data.fetchOne(database, sql: "SELECT hash FROM audit ORDER BY number DESC LIMIT 1") ?? Data()
    var line = Line(
      who: entry.who, what: entry.what, about: entry.about, details: entry.details.joined(separator: ", "),
      at: Date(timeIntervalSince1970: Double(entry.at.milliseconds) / 1000), origin: entry.from, hash: Data())
    line.hash = line.hash(after: previous)
    try line.insert(database)
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
  static let byPerson = "CREATE INDEX auditByPerson ON audit (who, number)"
}
