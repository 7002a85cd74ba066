/// Runs in one order for all lists, their text in a search index, and their reports beside them.
enum RunPlaceSchema {
  /// `place` is the time of the request in 1024ths of a millisecond, made unique: lists go by it, and so does the search
  /// index, so that neither has to sort.
  static let places = """
    ALTER TABLE run ADD COLUMN place INTEGER;
    UPDATE run SET place = counted.place FROM (
      SELECT id AS counts, requested * 1024 + ROW_NUMBER() OVER (PARTITION BY requested ORDER BY id) - 1 AS place FROM run
    ) AS counted WHERE run.id = counted.counts;
    CREATE UNIQUE INDEX runByPlace ON run (place);
    DROP INDEX runByTime;
    DROP INDEX runByTest;
    CREATE INDEX runOfTest ON run (restoreTest, place);
    CREATE INDEX runThatWaits ON run (place) WHERE state = 'waiting';
    CREATE INDEX runThatWaitsOfTest ON run (restoreTest) WHERE state = 'waiting';
    CREATE INDEX runThatGoesOn ON run (place) WHERE state = 'running';
    CREATE TABLE runReport (place INTEGER PRIMARY KEY REFERENCES run (place), report TEXT NOT NULL) STRICT;
    INSERT INTO runReport (place, report) SELECT place, report FROM run WHERE report IS NOT NULL ORDER BY place;
    ALTER TABLE run DROP COLUMN report;
    ALTER TABLE dispatcher ADD COLUMN reason TEXT;
    """

  /// The index keeps no texts of its own. `facets` holds a word each for state or verdict, type and restore test, so that
  /// one look at the index answers for all filters together.
  static let text = """
    CREATE VIRTUAL TABLE runText USING fts5 (
      title, location, fileName, sentence, cause, facets, content = '', columnsize = 0,
      tokenize = 'unicode61 remove_diacritics 2'
    );
    INSERT INTO runText (rowid, \(columns)) SELECT place, \(values("run")) FROM run ORDER BY place;
    \(triggers(values))
    """

  /// One more facet, for state and type together: of each of them alone there are many runs.
  static let third = """
    DROP TRIGGER runComes;
    DROP TRIGGER runTextChanges;
    DROP TRIGGER runTextGoes;
    INSERT INTO runText (runText) VALUES ('delete-all');
    INSERT INTO runText (rowid, \(columns)) SELECT place, \(thirdValues("run")) FROM run ORDER BY place;
    \(triggers(thirdValues))
    """

  private static func triggers(_ values: (String) -> String) -> String {
    """
    CREATE TRIGGER runComes AFTER INSERT ON run BEGIN
      UPDATE run SET place = MAX(requested * 1024, 1 + COALESCE(
        (SELECT MAX(place) FROM run AS other WHERE other.place < (NEW.requested + 1024) * 1024), 0))
        WHERE id = NEW.id AND place IS NULL;
      INSERT INTO runText (rowid, \(columns)) SELECT place, \(values("run")) FROM run WHERE id = NEW.id;
    END;
    CREATE TRIGGER runTextChanges AFTER UPDATE OF title, location, fileName, sentence, cause, state, verdict, type,
    restoreTest ON run BEGIN
      INSERT INTO runText (runText, rowid, \(columns)) VALUES ('delete', OLD.place, \(values("OLD")));
      INSERT INTO runText (rowid, \(columns)) VALUES (NEW.place, \(values("NEW")));
    END;
    CREATE TRIGGER runTextGoes AFTER DELETE ON run BEGIN
      INSERT INTO runText (runText, rowid, \(columns)) VALUES ('delete', OLD.place, \(values("OLD")));
    END;
    """
  }

  private static let columns = "title, location, fileName, sentence, cause, facets"

  private static func values(_ row: String) -> String {
    """
    \(row).title, \(row).location, \(row).fileName, \(row).sentence, \(row).cause,
    's' || \(state(row)) || ' t' || COALESCE(\(row).type, '') || ' r' || COALESCE(\(row).restoreTest, '')
    """
  }

  private static func thirdValues(_ row: String) -> String {
    "\(values(row)) || ' s' || \(state(row)) || 't' || COALESCE(\(row).type, '')"
  }

  private static func state(_ row: String) -> String {
    "CASE \(row).state WHEN 'ended' THEN COALESCE(\(row).verdict, '') ELSE \(row).state END"
  }
}
