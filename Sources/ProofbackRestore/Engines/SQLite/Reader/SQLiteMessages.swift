import ProofbackCore

/// What the worker asks `proofback sqlite-reader` for: a byte, the length of what follows as four bytes, and that. Only
/// `end`, `examine`, `sample` and `answer` are answered, each with one line of JSON.
enum SQLiteRequest: UInt8, Sendable {
  /// The bytes that follow belong to this file; its name below the data folder.
  case file = 0x66
  /// The statements that follow are for the database in this file.
  case statements = 0x73
  /// Bytes of the file or of the statements.
  case bytes = 0x62
  /// No more of either: answered with `SQLiteFeedOutcome`.
  case end = 0x65
  /// Checks and reads the database in this file: answered with `SQLiteExamination`.
  case examine = 0x78
  /// The same, and reads only a sample.
  case sample = 0x79

  /// Rows that are read from here on are measured: `Measuring` as JSON follows.
  case measure = 0x6D
  /// Carries out a check's query: `SQLiteQuestion` as JSON follows; answered with a `CheckOutcome`.
  case answer = 0x61

  static let longest = 1 << 20
  /// Bytes of the longest answer.
  static let longestReply = 32 << 20
}

struct SQLiteQuestion: Codable, Sendable {
  var file: String
  var query: CheckedQuery
}

/// The first line of the reader's output.
struct SQLiteIdentity: Codable, Sendable {
  var version: String
}

/// Why SQLite refuses: its extended result code and the fixed text of it. Its own message may quote what stands in the
/// backup.
struct SQLiteFault: Codable, Sendable, Equatable {
  var code: Int32
  var text: String

  /// SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT, SQLITE_IOERR_SHORT_READ and its kin, SQLITE_CANTOPEN.
  var isDamage: Bool { [11, 26, 24, 10, 14].contains(code & 0xFF) }
  /// SQLITE_NOMEM, SQLITE_TOOBIG.
  var isMemory: Bool { [7, 18].contains(code & 0xFF) }
  /// SQLITE_INTERRUPT: our own limit on its steps.
  var isTooLong: Bool { code & 0xFF == 9 }

  var description: String { "\(text) (\(code))" }
}

/// What became of a dump's statements.
struct SQLiteFeedOutcome: Codable, Sendable {
  enum End: String, Codable { case open, committed, rolledBack }
  struct Failure: Codable {
    var line: UInt64
    var fault: SQLiteFault
  }

  var statements: UInt64 = 0
  var end = End.open
  /// Lines of statements that have no business in a dump.
  var refused: [UInt64] = []
  /// Lines at which the tool says that it failed.
  var messages: [UInt64] = []
  var failures: [Failure] = []
  var failed: UInt64 = 0
  /// Whether bytes of an unfinished statement are left, and the line on which it begins.
  var unfinished: UInt64?
  /// `INSERT INTO table VALUES(…)`, by table.
  var inserts: [String: UInt64] = [:]

  static let most = 20
}

/// What a database is, after it was read.
struct SQLiteExamination: Codable, Sendable {
  struct Table: Codable {
    var name: String
    var isVirtual = false
    var rows: UInt64?
    var sampledRows: UInt64?
    var bytes: UInt64 = 0
    var indexes: [String] = []
    var fault: SQLiteFault?
    var profile: TableProfile?
  }
  struct Orphans: Codable {
    var table: String
    var parent: String
    var rows: UInt64
  }
  struct View: Codable {
    var name: String
    var fault: SQLiteFault?
  }

  /// It can't be opened, or its schema can't be read.
  var fault: SQLiteFault?
  /// Lines of `integrity_check` but `ok`.
  var integrity: [String] = []
  var integrityFault: SQLiteFault?
  var orphans: [Orphans] = []
  var orphansFault: SQLiteFault?
  var tables: [Table] = []
  var views: [View] = []
  var triggers: [String] = []
  /// What the schema has, where rows were measured.
  var objects: [SchemaObject] = []
  /// Collations that the schema uses and SQLite does not bring.
  var missingCollations: [String] = []

  static let mostNames = 20_000
  static let longestName = 300
}
