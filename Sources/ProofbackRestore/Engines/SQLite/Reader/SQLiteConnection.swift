import CSQLite
import Glibc

/// One open database that may be hostile. Not for use from two threads at once.
final class SQLiteConnection {
  private let handle: OpaquePointer
  /// Collations that were asked for and are not there.
  private(set) var missingCollations: Set<String> = []
  /// Steps of SQLite's machine that a statement may still take; nil: any.
  private var steps: Int?
  /// When a statement must have ended; nil: it may take any time.
  private var deadline: ContinuousClock.Instant?

  /// - Parameter isDump: whether statements of a dump come, which may write the schema as such; else nothing that stands
  ///   in the schema is trusted with more than reading.
  ///   - isSource: somebody's own file, which others write: it is waited for, and not written to.
  /// - Throws: `SQLiteFault`.
  init(_ path: String, isDump: Bool, isSource: Bool = false) throws {
    var opened: OpaquePointer?
    let flags =
      (isSource ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | (isDump ? SQLITE_OPEN_CREATE : 0)
      | SQLITE_OPEN_EXRESCODE
    let code = sqlite3_open_v2(path, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      sqlite3_close_v2(opened)
      throw Self.fault(code)
    }
    handle = opened
    let options: [(Int32, Int32)] = [
      (SQLITE_DBCONFIG_DEFENSIVE, isDump ? 0 : 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
      (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0), (SQLITE_DBCONFIG_DQS_DML, 0),
    ]
    for (option, value) in options { _ = proofback_sqlite_configure(handle, option, value) }
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
    sqlite3_limit(handle, SQLITE_LIMIT_WORKER_THREADS, 0)
    for pragma in ["cell_size_check = ON", "mmap_size = 0", "temp_store = MEMORY"] {
      try run("PRAGMA \(pragma)")
    }
    if isSource { sqlite3_busy_timeout(handle, 30_000) }
    watch()
  }

  deinit { sqlite3_close_v2(handle) }

  private func watch() {
    let own = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_collation_needed(handle, own) { own, _, _, name in
      guard let own, let name else { return }
      Unmanaged<SQLiteConnection>.fromOpaque(own).takeUnretainedValue().missingCollations.insert(
        String(cString: name))
    }
    sqlite3_progress_handler(
      handle, 100_000,
      { own in
        guard let own else { return 0 }
        return Unmanaged<SQLiteConnection>.fromOpaque(own).takeUnretainedValue().isOver() ? 1 : 0
      }, own)
  }

  private func isOver() -> Bool {
    if let deadline, ContinuousClock.now >= deadline { return true }
    guard let left = steps else { return false }
    steps = left - 100_000
    return left <= 0
  }

  /// Ends statements in `work` after so many steps.
  func limited<Value>(steps limit: Int, _ work: () throws -> Value) rethrows -> Value {
    steps = limit
    defer { steps = nil }
    return try work()
  }

  /// Ends statements in `work` when the time is over.
  func limited<Value>(until end: ContinuousClock.Instant, _ work: () throws -> Value) rethrows -> Value {
    deadline = end
    defer { deadline = nil }
    return try work()
  }

  /// Everything but reading is refused.
  func refuseWrites() {
    sqlite3_set_authorizer(
      handle,
      { _, action, _, _, _, _ in
        [SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE].contains(action) ? SQLITE_OK : SQLITE_DENY
      }, nil)
  }

  /// Whether the last statement was refused because a table, a column or a function is not there. SQLite has one code for
  /// all refusals, and says it in words (SQLite, src/resolve.c, src/build.c).
  var lacksObject: Bool {
    let message = String(cString: sqlite3_errmsg(handle))
    return ["no such table: ", "no such column: ", "no such function: ", "no such index: "].contains {
      message.hasPrefix($0)
    }
  }

  /// What a dump has no business with is refused: other files, the settings of this process, statements without end.
  func refuseForeign() {
    sqlite3_set_authorizer(
      handle,
      { _, action, first, _, _, _ in
        switch action {
        case SQLITE_ATTACH, SQLITE_DETACH, SQLITE_RECURSIVE: return SQLITE_DENY
        case SQLITE_PRAGMA:
          let name = first.map { String(cString: $0).lowercased() } ?? ""
          return SQLiteConnection.pragmas.contains(name) ? SQLITE_OK : SQLITE_DENY
        default: return SQLITE_OK
        }
      }, nil)
  }

  /// What dumps say of themselves; `data_version` is asked by SQLite's own full-text search.
  private static let pragmas: Set<String> = [
    "foreign_keys", "writable_schema", "user_version", "application_id", "encoding", "page_size", "auto_vacuum",
    "data_version", "cell_size_check", "defer_foreign_keys",
  ]

  // MARK: Statements

  func run(_ sql: String) throws { try rows(sql) { _ in } }

  /// - Returns: how many rows the last statement changed.
  @discardableResult
  func execute(_ sql: UnsafePointer<CChar>) -> (fault: SQLiteFault?, changes: Int32) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    return (code == SQLITE_OK ? nil : Self.fault(code), sqlite3_changes(handle))
  }

  /// - Throws: `SQLiteFault`.
  func rows(_ sql: String, _ take: (OpaquePointer) -> Void) throws {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    defer { sqlite3_finalize(statement) }
    guard code == SQLITE_OK, let statement else { throw Self.fault(code) }
    while true {
      let code = sqlite3_step(statement)
      if code == SQLITE_DONE { return }
      guard code == SQLITE_ROW else { throw Self.fault(code) }
      take(statement)
    }
  }

  func texts(_ sql: String) throws -> [[String]] {
    var all: [[String]] = []
    try rows(sql) { row in
      all.append((0..<sqlite3_column_count(row)).map { Self.text(row, $0) })
    }
    return all
  }

  static func text(_ row: OpaquePointer, _ column: Int32) -> String {
    sqlite3_column_text(row, column).map { String(cString: $0) } ?? ""
  }

  static func fault(_ code: Int32) -> SQLiteFault {
    SQLiteFault(code: code, text: String(cString: sqlite3_errstr(code)))
  }

  static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
}

extension SQLiteFault: Error {}
