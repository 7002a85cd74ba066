/// What a dump opens and closes itself: settings that its head saves and its foot puts back, locks, a transaction. What is
/// open at the end says that the foot is missing, also where the tool writes no trailer (`--skip-comments`).
///
/// mysqldump, mariadb-dump, mysqlpump, phpMyAdmin, HeidiSQL and SQLyog write `SET @OLD_X=@@X` at the head and
/// `SET X=@OLD_X` at the foot (client/mysqldump.cc, write_header and write_footer).
public struct DumpBrackets: Sendable, Equatable, Codable {
  /// Settings that were saved and not put back since, and the line that saved the first of them.
  private var saved: Set<String> = []
  private var savedLine: Int?
  private var lockLine: Int?
  private var transactionLine: Int?
  /// The line on which a head begins although the foot of the one before never came.
  private var reopenedLine: Int?
  private static let most = 64

  /// `SET @OLD_X=@@X`; variables of other names are not a head's.
  mutating func save(_ variable: String, line: Int) {
    guard Self.isOfHead(variable) else { return }
    if saved.contains(variable) {
      reopenedLine = reopenedLine ?? line
      saved = []
    }
    if saved.isEmpty { savedLine = line }
    if saved.count < Self.most { saved.insert(variable) }
  }

  /// One is enough: what a tool puts back at all it puts back in one go, and some save more than they put back.
  mutating func putBack(_ variable: String) {
    if Self.isOfHead(variable) { saved = [] }
  }

  /// Around single tables of statistics, not around the dump: `@OLD_INNODB_STATS_AUTO_RECALC` (mysqldump since 5.7).
  private static func isOfHead(_ variable: String) -> Bool {
    variable.hasPrefix("old_") && !variable.hasPrefix("old_innodb_")
  }

  mutating func lock(line: Int) { lockLine = line }
  mutating func unlock() { lockLine = nil }
  mutating func begin(line: Int) { transactionLine = line }
  mutating func end() { transactionLine = nil }

  /// What was not closed, as a lower-case fact; nil when all was.
  public var unclosed: String? {
    if let reopenedLine {
      return "on line \(reopenedLine) another dump begins, and the foot of the one before never came"
    }
    if let lockLine { return "the tables that line \(lockLine) locks are never unlocked" }
    if let transactionLine { return "the transaction that line \(transactionLine) starts is never committed" }
    if let savedLine, !saved.isEmpty { return "the settings that line \(savedLine) saves are never put back" }
    return nil
  }
}
