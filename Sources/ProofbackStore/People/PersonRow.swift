import Foundation
import GRDB
import ProofbackCore

struct PersonRow: Record {
  static let databaseTableName = "person"
  var id: String
  var login: String
  var name: String
  var role: Role
  var passwordHash: String
  var created: Date
  /// Removed people stay as the authors of what they made.
  var removed: Date?

  var person: Person { Person(id: id, login: login, name: name, role: role, created: created) }

  static func present() -> QueryInterfaceRequest<PersonRow> { filter(Column("removed") == nil) }
}

struct SessionRow: Record {
  static let databaseTableName = "session"
  var tokenHash: Data
  var person: String
  var formToken: String
  var created: Date
  var seen: Date
  var address: String
}

enum PeopleSchema {
  static let first = """
    CREATE TABLE person (
      id TEXT PRIMARY KEY, login TEXT NOT NULL COLLATE NOCASE, name TEXT NOT NULL,
      role TEXT NOT NULL CHECK (role IN ('manager', 'user')), passwordHash TEXT NOT NULL,
      created INTEGER NOT NULL, removed INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX personByLogin ON person (login) WHERE removed IS NULL;
    CREATE TABLE session (
      tokenHash BLOB PRIMARY KEY, person TEXT NOT NULL REFERENCES person (id), formToken TEXT NOT NULL,
      created INTEGER NOT NULL, seen INTEGER NOT NULL, address TEXT NOT NULL
    ) STRICT;
    CREATE INDEX sessionByPerson ON session (person);
    CREATE TABLE setupLink (tokenHash BLOB PRIMARY KEY, created INTEGER NOT NULL) STRICT;
    """
}
