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
