public import Foundation

/// What came back: names, counts and sizes, never values.
public struct Inventory: Sendable, Codable, Equatable {
  public var tables: [TableInventory] = []
  /// What the DBMS calls one of `tables` and what is in it, for sentences: `table`, `collection`; `row`, `document`.
  public var tableWord = "table"
  public var rowWord = "row"
  public var views: [String] = []
  public var routines: [String] = []
  public var triggers: [String] = []
  public var events: [String] = []
  public var sequences: [String] = []
  /// What the dump says of the tool that wrote it, e.g. `mariadb-dump 10.19`.
  public var dumpTool: String?
  /// The server that the dump says it was taken from, e.g. `10.11.6-MariaDB`.
  public var dumpServer: String?
  /// When the dump says that it was made; of a time without a zone, as if it were UTC.
  public var dumpedAt: Date?

  public init() {}

  /// Rows of all tables that were read whole.
  public var rows: UInt64 { tables.reduce(0) { $0 + ($1.rows ?? 0) } }
  /// All rows read, sampled ones too.
  public var rowsRead: UInt64 { tables.reduce(rows) { $0 + ($1.sampledRows ?? 0) } }
  public var bytes: UInt64 { tables.reduce(0) { $0 + $1.bytes } }
  public var databases: [String] {
    var seen: Set<String> = []
    return tables.map(\.database).filter { seen.insert($0).inserted }
  }
}

/// One table or collection that came back.
public struct TableInventory: Sendable, Codable, Equatable {
  public var database: String
  public var name: String
  /// Rows or documents read back; nil when it could not be read, or was only sampled.
  public var rows: UInt64?
  /// Rows read of a table that was only sampled; ranges may overlap.
  public var sampledRows: UInt64?
  /// Bytes of the rows as they were read; what the DBMS reports on disk where not all was read.
  public var bytes: UInt64
  public var indexes: [String]
  /// What the dump claims, where it says so.
  public var claimedRows: UInt64?
  /// Storage engine, or collection kind.
  public var kind: String?

  public init(
    database: String, name: String, rows: UInt64? = nil, sampledRows: UInt64? = nil, bytes: UInt64 = 0,
    indexes: [String] = [],
    claimedRows: UInt64? = nil, kind: String? = nil
  ) {
    self.database = database
    self.name = name
    self.rows = rows
    self.sampledRows = sampledRows
    self.bytes = bytes
    self.indexes = indexes
    self.claimedRows = claimedRows
    self.kind = kind
  }
}

extension TableInventory {
  private enum CodingKeys: String, CodingKey {
    case database, name, rows, sampledRows, bytes, indexes, claimedRows, kind
  }

  /// What is not known is null, not left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(database, forKey: .database)
    try container.encode(name, forKey: .name)
    try container.encode(rows, forKey: .rows)
    try container.encode(sampledRows, forKey: .sampledRows)
    try container.encode(bytes, forKey: .bytes)
    try container.encode(indexes, forKey: .indexes)
    try container.encode(claimedRows, forKey: .claimedRows)
    try container.encode(kind, forKey: .kind)
  }
}

extension Inventory {
  private enum CodingKeys: String, CodingKey {
    case tables, tableWord, rowWord, views, routines, triggers, events, sequences, dumpTool, dumpServer, dumpedAt
  }

  /// What is not known is null, not left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(tables, forKey: .tables)
    try container.encode(tableWord, forKey: .tableWord)
    try container.encode(rowWord, forKey: .rowWord)
    try container.encode(views, forKey: .views)
    try container.encode(routines, forKey: .routines)
    try container.encode(triggers, forKey: .triggers)
    try container.encode(events, forKey: .events)
    try container.encode(sequences, forKey: .sequences)
    try container.encode(dumpTool, forKey: .dumpTool)
    try container.encode(dumpServer, forKey: .dumpServer)
    try container.encode(dumpedAt, forKey: .dumpedAt)
  }
}
