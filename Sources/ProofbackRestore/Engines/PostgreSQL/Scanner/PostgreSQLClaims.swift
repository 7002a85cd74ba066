/// A table's place in a cluster.
struct PostgreSQLName: Hashable, Sendable {
  var database: String
  var schema: String
  var name: String

  /// As people write it; the database only where there are several.
  var text: String { "\(schema).\(name)" }
  var quoted: String { "\(PostgreSQLText.identifier(schema)).\(PostgreSQLText.identifier(name))" }
}

/// What a dump claims, read from its own text as it flows past.
struct PostgreSQLClaims: Sendable {
  /// What one of the dumps in the file says of itself.
  struct Header: Sendable {
    var isCluster: Bool
    var line: Int
    var serverVersion: String?
    var toolVersion: String?
    var hasTrailer = false
  }

  struct Table: Sendable {
    var line: Int
    var isCreated = false
    var isPartitioned = false
    var isForeign = false
    /// Where its rows begin; nil when the dump has none of it, not even an empty list.
    var rowsLine: Int?
    var rows: UInt64 = 0
    /// `ON CONFLICT DO NOTHING`: duplicates vanish without a message.
    var mayKeepFewerRows = false
    var text = TextProbe()
  }

  struct Object: Sendable, Hashable {
    enum Kind: String, Sendable {
      case view, sequence, index, constraint, trigger, function
      case materialized = "materialized view"
    }
    var kind: Kind
    var name: PostgreSQLName
    /// Of an index, constraint or trigger.
    var table: String?
  }

  /// Something that the dump needs and our server does not have.
  struct Need: Sendable, Equatable {
    enum Kind: String, Sendable { case `extension`, language, collation }
    var kind: Kind
    var name: String
    var line: Int
  }

  struct Foreign: Sendable, Equatable {
    var line: Int
    var what: String
  }

  struct Adapted: Sendable, Equatable {
    var line: Int
    var reason: String
  }

  /// A row that has not as many fields as its table's list of columns.
  struct BadRow: Sendable, Equatable {
    var line: Int
    var table: String
    var fields: Int
    var columns: Int
  }

  /// Where the file ends although something was still open.
  struct OpenEnd: Sendable, Equatable {
    var line: Int
    var place: String
  }

  /// From a line of the dump on, psql has been given so many lines more.
  struct Shift: Sendable {
    var line: Int
    var extra: Int
  }

  var shifts: [Shift] = []
  var bytes: UInt64 = 0
  var lines = 0
  var dumps: [Header] = []
  var tables: [PostgreSQLName: Table] = [:]
  var objects: Set<Object> = []
  /// Objects announced by the dump's own headings, with nothing of theirs behind.
  var broken: [Foreign] = []
  var extensions: Set<String> = []
  var largeObjects = 0
  /// Rows are written as statements.
  var hasInserts = false
  /// Sequences whose state the dump sets.
  var setSequences: Set<PostgreSQLName> = []
  /// The first line on which blanks that pg_dump always writes are others.
  var blanksChangedLine: Int?
  /// The first line on which rows stand in a comment, where no server sees them.
  var commentedOutLine: Int?
  /// Rows come in past the triggers that hold foreign keys.
  var switchesTriggersOff = false
  var databases: [String] = []
  var needs: [Need] = []
  /// Collations that our server may not have: the system's locales differ.
  var collations: [Need] = []
  var refused: [Foreign] = []
  var unusual: [Foreign] = []
  var adapted: [Adapted] = []
  var messages: [ToolMessage] = []
  var badRow: BadRow?
  var badRows = 0
  /// A list of rows that goes over into the next statements without its end mark.
  var unterminated: OpenEnd?
  var nulBytes = 0
  var firstNulLine: Int?
  var statements = 0
  var openEnd: OpenEnd?
  /// The same dump stands behind itself.
  var repeated: Foreign?
  /// Nothing more goes to the server.
  var isStopped: Bool { !needs.isEmpty || !refused.isEmpty || nulBytes > 0 || unterminated != nil }

  /// The dump's line for one of psql's.
  func line(ofClient line: Int) -> Int {
    let extra = shifts.last { $0.line + $0.extra <= line }?.extra ?? shifts.first?.extra ?? 0
    return max(1, line - extra)
  }

  /// Tables that hold rows themselves, and of which the dump has not even an empty list.
  var tablesWithoutRows: [PostgreSQLName: Table] {
    tables.filter { $0.value.isCreated && !$0.value.isForeign && !$0.value.isPartitioned && $0.value.rowsLine == nil }
  }

  var rows: UInt64 { tables.values.reduce(0) { $0 + $1.rows } }
  var isCluster: Bool { dumps.contains(where: \.isCluster) }
  var header: Header? { dumps.first { !$0.isCluster } ?? dumps.first }
}

/// Quoting for statements of our own.
enum PostgreSQLText {
  static func identifier(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
  static func literal(_ text: String) -> String {
    let quoted = text.replacing("'", with: "''")
    return text.contains("\\") ? "E'" + quoted.replacing("\\", with: "\\\\") + "'" : "'" + quoted + "'"
  }
}
