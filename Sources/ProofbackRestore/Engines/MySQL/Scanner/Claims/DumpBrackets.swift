/// What a dump opens and closes itself: settings that it saves and puts back, locks, keys, a transaction. What is open at
/// the end says that the foot is missing, also where the tool writes no trailer (`--skip-comments`); what is closed and
/// was never opened, that a part before it is.
///
/// mysqldump, mariadb-dump, mysqlpump, phpMyAdmin, HeidiSQL and SQLyog write `SET @OLD_X=@@X` at the head and
/// `SET X=@OLD_X` at the foot (client/mysqldump.cc, write_header and write_footer).
public struct DumpBrackets: Sendable, Equatable, Codable {
  /// Settings that were saved and not put back since, and the line that saved the first of them.
  private var saved: Set<String> = []
  private var savedLine: Int?
  /// The same around single statements, by name.
  private var savedAround: [String: Int] = [:]
  /// Something was created since.
  private var hasCreated = false
  private var lockLine: Int?
  private var transactionLine: Int?
  /// Tables whose keys are switched off, and where.
  private var keysOff: [String: Int] = [:]
  /// The line on which a head begins although the foot of the one before never came.
  private var reopenedLine: Int?
  /// The first thing that was closed or opened out of turn, as a lower-case fact: what stood before it is missing.
  public private(set) var outOfTurn: String?
  /// The first settings that were saved and put back for nothing, as a lower-case fact: what they were for is missing.
  public private(set) var empty: String?
  /// A head of one of these tools was seen.
  private(set) var hasHead = false
  private static let most = 64

  /// `SET @OLD_X=@@X` and `SET @saved_x = @@x`; variables of other names are none of these.
  mutating func save(_ variable: String, line: Int) {
    if Self.isAround(variable) {
      if savedAround.isEmpty { hasCreated = false }
      if savedAround.count < Self.most { savedAround[variable] = savedAround[variable] ?? line }
      return
    }
    guard Self.isOfHead(variable) else { return }
    hasHead = true
    // mysqldump 5.0 and 5.1 saved the mode again around each trigger.
    if saved.contains(variable), variable != "old_sql_mode" {
      reopenedLine = reopenedLine ?? line
      saved = []
    }
    if saved.isEmpty { savedLine = line }
    if saved.count < Self.most { saved.insert(variable) }
  }

  /// One is enough at the foot: what a tool puts back at all it puts back in one go, and some save more than they put back.
  /// - Parameter isStrict: the tool is known to save settings only around what it creates.
  mutating func putBack(_ variable: String, isStrict: Bool) {
    if let line = savedAround.removeValue(forKey: variable), isStrict, !hasCreated {
      empty = empty ?? "what the settings were saved for on line \(line) never comes"
    }
    if Self.isOfHead(variable) { saved = [] }
  }

  mutating func create() { hasCreated = true }

  /// Whether the statement to come is one around which mysqldump saves settings: tables, stand-ins, views, routines.
  var isAroundStatement: Bool { savedAround["saved_cs_client"] != nil }

  var isAroundEvents: Bool { savedAround["save_time_zone"] != nil }

  /// Around single tables of statistics, not around the dump: `@OLD_INNODB_STATS_AUTO_RECALC` (mysqldump since 5.7).
  private static func isOfHead(_ variable: String) -> Bool {
    variable.hasPrefix("old_") && !variable.hasPrefix("old_innodb_")
  }

  /// `@saved_cs_client` and its like; `@save_time_zone` around events.
  private static func isAround(_ variable: String) -> Bool {
    variable.hasPrefix("saved_") || variable == "save_time_zone"
  }

  /// - Parameter isStrict: the tool is known to write locks in pairs, one table after another.
  mutating func lock(line: Int, isStrict: Bool) {
    if let lockLine, isStrict { misses("the tables that line \(lockLine) locks are not unlocked before line \(line)") }
    lockLine = line
  }

  mutating func unlock(line: Int, isStrict: Bool) {
    if lockLine == nil, isStrict { misses("line \(line) unlocks tables that were never locked") }
    lockLine = nil
  }

  mutating func switchKeysOff(_ table: String, line: Int) {
    if keysOff.count < Self.most { keysOff[table] = line }
  }

  mutating func switchKeysOn(_ table: String, line: Int, isStrict: Bool) {
    if keysOff.removeValue(forKey: table) == nil, isStrict, keysOff.count < Self.most {
      misses("line \(line) switches keys on that were never switched off")
    }
  }

  mutating func begin(line: Int) { transactionLine = line }
  mutating func end() { transactionLine = nil }

  mutating func misses(_ fact: String) { outOfTurn = outOfTurn ?? fact }

  /// What was not closed, as a lower-case fact; nil when all was.
  public var unclosed: String? {
    if let reopenedLine {
      return "on line \(reopenedLine) another dump begins, and the foot of the one before never came"
    }
    if let lockLine { return "the tables that line \(lockLine) locks are never unlocked" }
    if let line = keysOff.values.min() { return "the keys that line \(line) switches off are never switched on" }
    if let transactionLine { return "the transaction that line \(transactionLine) starts is never committed" }
    if let savedLine, !saved.isEmpty { return "the settings that line \(savedLine) saves are never put back" }
    if let line = savedAround.values.min() { return "the settings that line \(line) saves are never put back" }
    return nil
  }
}
