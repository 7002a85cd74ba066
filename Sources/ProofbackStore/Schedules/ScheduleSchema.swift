enum ScheduleSchema {
  static let first = """
    CREATE TABLE schedule (
      id TEXT PRIMARY KEY, restoreTest TEXT NOT NULL REFERENCES restoreTest (id), rule TEXT NOT NULL,
      remaining INTEGER, until INTEGER, next INTEGER, paused INTEGER, created INTEGER NOT NULL, deleted INTEGER
    ) STRICT;
    CREATE INDEX scheduleByNext ON schedule (next) WHERE next IS NOT NULL AND paused IS NULL AND deleted IS NULL;
    CREATE INDEX scheduleByTest ON schedule (restoreTest);
    """

  /// For lists, the oldest first.
  static let byAge = "CREATE INDEX scheduleByAge ON schedule (created, id) WHERE deleted IS NULL"
}
