public import Foundation
public import ProofbackCore

public enum RunState: String, Sendable, Codable {
  case waiting, running, ended
}

/// One run, as lists show it.
public struct RunRecord: Record, Sendable, Equatable, Identifiable {
  public static let databaseTableName = "run"
  public var id: String
  /// Nil: a run by itself.
  public var restoreTest: String?
  /// Name of the restore test, or of the file asked for.
  public var title: String
  public var location: String
  public var state: RunState
  /// Why it waits, while it does.
  public var waitsFor: String?
  /// Nil: its schedule did.
  public var requestedBy: String?
  public var requested: Date
  /// When the schedule wanted it; nil for a run by hand.
  public var due: Date?
  public var started: Date?
  public var ended: Date?
  public var verdict: Verdict?
  public var cause: String?
  public var sentence: String?
  public var type: String?
  public var fileName: String?
  public var fileSize: Int64?
}

/// A line of a run's log.
public struct LogLine: Sendable, Equatable {
  public var number: Int64
  public var at: Date
  public var text: String
}

enum RunSchema {
  static let first = """
    CREATE TABLE restoreTest (
      id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE, definition TEXT NOT NULL,
      created INTEGER NOT NULL, createdBy TEXT NOT NULL REFERENCES person (id), archived INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX restoreTestByName ON restoreTest (name) WHERE archived IS NULL;
    CREATE TABLE restoreTestCredential (
      restoreTest TEXT NOT NULL REFERENCES restoreTest (id), credential TEXT NOT NULL REFERENCES credential (id),
      PRIMARY KEY (restoreTest, credential)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE run (
      id TEXT PRIMARY KEY, restoreTest TEXT REFERENCES restoreTest (id), title TEXT NOT NULL, location TEXT NOT NULL,
      definition TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'ended')), waitsFor TEXT,
      requestedBy TEXT REFERENCES person (id), requested INTEGER NOT NULL, due INTEGER, started INTEGER, ended INTEGER,
      verdict TEXT, cause TEXT, sentence TEXT, type TEXT, fileName TEXT, fileSize INTEGER, report TEXT,
      claimedBy TEXT, cancelled INTEGER
    ) STRICT;
    CREATE INDEX runByState ON run (state, requested) WHERE state <> 'ended';
    CREATE INDEX runByTime ON run (requested DESC);
    CREATE INDEX runByTest ON run (restoreTest, requested DESC);
    CREATE TABLE dispatcher (id TEXT PRIMARY KEY, seen INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE runLog (
      run TEXT NOT NULL REFERENCES run (id), number INTEGER NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL,
      PRIMARY KEY (run, number)
    ) STRICT, WITHOUT ROWID;
    """
}
