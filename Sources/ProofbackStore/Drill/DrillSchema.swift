enum DrillSchema {
  /// Of a drill's steps number 0 is the undamaged backup; the others are known when it has passed.
  static let first = """
    CREATE TABLE drill (
      id TEXT PRIMARY KEY, restoreTest TEXT NOT NULL REFERENCES restoreTest (id), title TEXT NOT NULL,
      definition TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'ended', 'cancelled')), waitsFor TEXT,
      requestedBy TEXT NOT NULL REFERENCES person (id), requested INTEGER NOT NULL, started INTEGER, ended INTEGER,
      verdict TEXT, stopped TEXT, basis TEXT, claimedBy TEXT
    ) STRICT;
    CREATE INDEX drillByTest ON drill (restoreTest, requested DESC);
    CREATE UNIQUE INDEX drillThatGoesOn ON drill (restoreTest) WHERE state IN ('waiting', 'running');
    CREATE TABLE drillStep (
      drill TEXT NOT NULL REFERENCES drill (id), number INTEGER NOT NULL, item TEXT NOT NULL,
      tries INTEGER NOT NULL DEFAULT 0, isDone INTEGER NOT NULL DEFAULT 0, result TEXT,
      PRIMARY KEY (drill, number)
    ) STRICT, WITHOUT ROWID;
    """
}
