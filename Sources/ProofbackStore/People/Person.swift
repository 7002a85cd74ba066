public import Foundation

/// What a person may do. Managers may do all that users may.
public enum Role: String, Sendable, Codable, CaseIterable {
  case manager, user
}

/// Someone who logs in.
public struct Person: Record, Sendable, Equatable, Identifiable {
  public static let databaseTableName = "person"
  public var id: String
  public var login: String
  public var name: String
  public var role: Role
  var passwordHash: String
  public var created: Date
  /// Removed people stay as the authors of what they made.
  public var removed: Date?
}

/// A browser that a person logged in with. The token itself is only in the browser.
public struct Session: Record, Sendable, Equatable {
  public static let databaseTableName = "session"
  var tokenHash: Data
  public var person: String
  /// What forms of this session carry.
  public var formToken: String
  public var created: Date
  public var seen: Date
  public var address: String
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
