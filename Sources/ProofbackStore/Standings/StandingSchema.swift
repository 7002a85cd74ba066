/// How each backup stands, kept by the database itself with every end of a run.
enum StandingSchema {
  /// Ranks, the worst first.
  enum Rank {
    static let bad = 0
    static let unsure = 1
    static let never = 2
    static let proven = 3
  }

  /// A restore test has a row from its first day to its last; what was tested by hand has one by title and location.
  /// `recent` is a letter and an id for each result, the newest first.
  static let first = """
    CREATE TABLE standing (
      subject TEXT PRIMARY KEY, restoreTest TEXT REFERENCES restoreTest (id), rank INTEGER NOT NULL,
      run TEXT REFERENCES run (id), ended INTEGER NOT NULL DEFAULT 0, provenRun TEXT REFERENCES run (id),
      proven INTEGER NOT NULL DEFAULT 0, recent TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX standingByRank ON standing (rank, proven, subject, restoreTest, ended);
    CREATE INDEX standingByRun ON standing (run);
    CREATE INDEX standingByProof ON standing (provenRun);
    \(fill(gaveWay))
    CREATE TRIGGER restoreTestComes AFTER INSERT ON restoreTest WHEN NEW.archived IS NULL BEGIN
      INSERT INTO standing (subject, restoreTest, rank) VALUES (NEW.id, NEW.id, \(Rank.never));
    END;
    CREATE TRIGGER restoreTestGoes AFTER UPDATE OF archived ON restoreTest WHEN NEW.archived IS NOT NULL BEGIN
      DELETE FROM standing WHERE subject = NEW.id;
    END;
    \(take(gaveWay))
    """

  /// Neither does one that somebody cancelled, or that is tried again, say anything about its backup.
  static let third = """
    DROP TRIGGER runEnds;
    DROP TRIGGER runComesEnded;
    DELETE FROM standing;
    \(fill(RunNews.isNews))
    \(take(RunNews.isNews))
    """

  /// A run that gave way to a newer one says nothing about its backup.
  private static func gaveWay(_ row: String) -> String { "\(row).cause IS NOT 'run.replaced'" }

  private static func take(_ isNews: (String) -> String) -> String {
    """
    CREATE TRIGGER runEnds AFTER UPDATE OF state ON run WHEN NEW.state = 'ended' AND OLD.state <> 'ended' BEGIN
      \(stand(isNews))
    END;
    CREATE TRIGGER runComesEnded AFTER INSERT ON run WHEN NEW.state = 'ended' BEGIN
      \(stand(isNews))
    END;
    """
  }

  private static func stand(_ isNews: (String) -> String) -> String {
    """
    INSERT OR IGNORE INTO standing (subject, rank) SELECT \(byHand("NEW")), \(Rank.never)
      WHERE NEW.restoreTest IS NULL AND \(isNews("NEW"));
      UPDATE standing SET rank = \(rank("NEW")), run = NEW.id, ended = COALESCE(NEW.ended, NEW.requested),
        provenRun = CASE NEW.verdict WHEN 'passed' THEN NEW.id ELSE provenRun END,
        proven = CASE NEW.verdict WHEN 'passed' THEN COALESCE(NEW.ended, NEW.requested) ELSE proven END,
        recent = substr(\(result("NEW")) || recent, 1, \(longestRecent))
        WHERE subject = COALESCE(NEW.restoreTest, \(byHand("NEW"))) AND \(isNews("NEW"));
    """
  }

  /// For states that had runs before they had standings.
  private static func fill(_ isNews: (String) -> String) -> String {
    func counts(_ row: String) -> String { "\(row).state = 'ended' AND \(isNews(row))" }
    return """
      INSERT INTO standing (subject, restoreTest, rank, run, ended, provenRun, proven, recent)
        SELECT test.id, test.id, CASE WHEN last.id IS NULL THEN \(Rank.never) ELSE \(rank("last")) END, last.id,
          COALESCE(last.ended, 0), proof.id, COALESCE(proof.ended, 0),
          COALESCE((SELECT group_concat(result, '') FROM (SELECT \(result("run")) AS result FROM run
            WHERE restoreTest = test.id AND \(counts("run")) ORDER BY place DESC LIMIT 90)), '')
        FROM restoreTest AS test
        LEFT JOIN run AS last ON last.id = (SELECT id FROM run
          WHERE restoreTest = test.id AND \(counts("run")) ORDER BY place DESC LIMIT 1)
        LEFT JOIN run AS proof ON proof.id = (SELECT id FROM run
          WHERE restoreTest = test.id AND verdict = 'passed' ORDER BY place DESC LIMIT 1)
        WHERE test.archived IS NULL;
      INSERT INTO standing (subject, rank, run, ended, provenRun, proven)
        SELECT \(byHand("run")), \(rank("run")), id, ended, CASE verdict WHEN 'passed' THEN id END,
          CASE verdict WHEN 'passed' THEN ended ELSE 0 END
        FROM run JOIN (SELECT MAX(place) AS newest FROM run WHERE restoreTest IS NULL AND \(counts("run"))
          GROUP BY title, location) ON place = newest;
      """
  }

  private static let longestRecent = 90 * 18

  private static func byHand(_ row: String) -> String { "\(row).title || ' at ' || \(row).location" }

  private static func rank(_ row: String) -> String {
    "CASE \(row).verdict WHEN 'failed' THEN \(Rank.bad) WHEN 'passed' THEN \(Rank.proven) ELSE \(Rank.unsure) END"
  }

  private static func result(_ row: String) -> String {
    "substr(COALESCE(\(row).verdict, 'i'), 1, 1) || \(row).id || ' '"
  }
}
