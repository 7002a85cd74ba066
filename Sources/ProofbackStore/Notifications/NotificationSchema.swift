enum NotificationSchema {
  /// What became of the last thing that a channel sent.
  static let attempts = "ALTER TABLE channel ADD COLUMN tried INTEGER; ALTER TABLE channel ADD COLUMN problem TEXT;"

  /// `once` makes a message the only one of its run, channel and reason. Alerts name what they are about by id only: it may
  /// be gone before they are.
  static let second = """
    CREATE TABLE channel (
      id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, kind TEXT NOT NULL, description TEXT NOT NULL,
      sealed BLOB NOT NULL, created INTEGER NOT NULL, createdBy TEXT NOT NULL REFERENCES person (id)
    ) STRICT;
    CREATE TABLE outbox (
      id TEXT PRIMARY KEY, once TEXT NOT NULL UNIQUE, reason TEXT NOT NULL,
      channel TEXT REFERENCES channel (id) ON DELETE CASCADE, address TEXT, run TEXT, alerts TEXT NOT NULL DEFAULT '',
      created INTEGER NOT NULL, next INTEGER, attempts INTEGER NOT NULL DEFAULT 0, problem TEXT, sent INTEGER,
      givenUp INTEGER
    ) STRICT;
    CREATE INDEX outboxByNext ON outbox (next) WHERE next IS NOT NULL;
    CREATE INDEX outboxByChannel ON outbox (channel);
    CREATE INDEX outboxByTrouble ON outbox (created DESC) WHERE problem IS NOT NULL AND sent IS NULL;
    CREATE TABLE alert (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL, since INTEGER NOT NULL,
      detail TEXT NOT NULL, opened INTEGER NOT NULL, told INTEGER, closed INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX alertOpen ON alert (kind, subject) WHERE closed IS NULL;
    CREATE TABLE arrival (
      restoreTest TEXT NOT NULL REFERENCES restoreTest (id), at INTEGER NOT NULL, name TEXT NOT NULL, size INTEGER,
      modified INTEGER, sha256 TEXT, seen INTEGER NOT NULL, PRIMARY KEY (restoreTest, at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE allowedHost (host TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    """
}
