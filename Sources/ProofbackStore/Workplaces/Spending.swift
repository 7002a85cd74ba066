import Foundation
import GRDB
import ProofbackCore

/// What runs cost, by workplace and month. Sums are kept beside the runs, which are deleted one day.
enum Spending {
  /// A run's end settles what its machine cost. Safe twice.
  static func settle(_ id: String, now: Date, _ database: Database) throws {
    let row = try Row.fetchOne(
      database,
      sql: """
        UPDATE run SET machineSeconds = MAX(0, ? - machineSince) / 1000.0, \
        dollars = dollarsPerHour * MAX(\(RunCost.leastSeconds), (? - machineSince) / 1000.0) / 3600 \
        WHERE id = ? AND machineSince IS NOT NULL AND dollars IS NULL RETURNING workplace, machineSeconds, dollars
        """, arguments: [now.milliseconds, now.milliseconds, id])
    guard let row, let workplace = row["workplace"] as String? else { return }
    try add(row["dollars"], seconds: row["machineSeconds"], in: workplace, now: now, database)
  }

  static func add(
    _ dollars: Double, seconds: Double, in workplace: String, now: Date, _ database: Database
  ) throws {
    let month = month(now)
    try database.execute(
      sql: """
        INSERT INTO spending (workplace, month, runs, seconds, dollars) VALUES (?, ?, 1, ?, ?) \
        ON CONFLICT (workplace, month) DO UPDATE SET runs = runs + 1, seconds = seconds + excluded.seconds, \
        dollars = dollars + excluded.dollars
        """, arguments: [workplace, month, seconds, dollars])
    try database.execute(
      sql: "UPDATE workplace SET spent = spent + ? WHERE id = ? AND month = ?", arguments: [dollars, workplace, month])
  }

  /// Months only go on: of two servers' clocks the later one counts.
  static func turn(to now: Date, _ database: Database) throws {
    let month = month(now)
    try database.execute(
      sql: """
        UPDATE workplace SET month = ?, spent = COALESCE(\
        (SELECT dollars FROM spending WHERE spending.workplace = workplace.id AND spending.month = ?), 0) WHERE month < ?
        """, arguments: [month, month, month])
  }

  /// `2026-11`, in UTC.
  static func month(_ date: Date) -> String { String(date.ISO8601Format().prefix(7)) }

  static let schema = """
    ALTER TABLE run ADD COLUMN machine TEXT;
    ALTER TABLE run ADD COLUMN machineSince INTEGER;
    ALTER TABLE run ADD COLUMN dollarsPerHour REAL;
    ALTER TABLE run ADD COLUMN machineSeconds REAL;
    ALTER TABLE run ADD COLUMN dollars REAL;
    ALTER TABLE workplace ADD COLUMN ceiling REAL;
    ALTER TABLE workplace ADD COLUMN month TEXT NOT NULL DEFAULT '';
    ALTER TABLE workplace ADD COLUMN spent REAL NOT NULL DEFAULT 0;
    CREATE TABLE spending (
      workplace TEXT NOT NULL, month TEXT NOT NULL, runs INTEGER NOT NULL, seconds REAL NOT NULL, dollars REAL NOT NULL,
      PRIMARY KEY (workplace, month)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE price (item TEXT PRIMARY KEY, dollars REAL NOT NULL) STRICT, WITHOUT ROWID;
    """

  /// Whether the workplace of a waiting run has not come to its ceiling.
  static let mayBegin = "COALESCE((SELECT spent < ceiling FROM workplace WHERE id = run.workplace), 1)"
}

extension Workplaces {
  public func costs(of id: String, months: Int) throws -> [MonthlyCost] {
    try state.read { database in
      try Row.values(
        database,
        sql: "SELECT month, runs, seconds, dollars FROM spending WHERE workplace = ? ORDER BY month DESC LIMIT ?",
        arguments: [id, months]
      ) { MonthlyCost(month: $0["month"], runs: $0["runs"], seconds: $0["seconds"], dollars: $0["dollars"]) }
    }
  }

  public func spend(_ dollars: Double, seconds: Double, in id: String, now: Date) throws {
    try state.write { try Spending.add(dollars, seconds: seconds, in: id, now: now, $0) }
  }
}

extension Settings {
  public func prices() throws -> [String: Double] {
    try state.read { database in
      let rows = try Row.fetchAll(database, sql: "SELECT item, dollars FROM price")
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["item"], $0["dollars"]) })
    }
  }

  public func set(prices: [String: Double], by manager: Actor) throws {
    try state.write { database in
      try database.execute(sql: "DELETE FROM price")
      let all = prices.sorted { $0.key < $1.key }
      for (item, dollars) in all {
        try database.execute(sql: "INSERT INTO price (item, dollars) VALUES (?, ?)", arguments: [item, dollars])
      }
      try AuditTrail.append(manager.did("prices.set", "prices", all.map { "\($0.key) = \($0.value)" }), database)
    }
  }
}
