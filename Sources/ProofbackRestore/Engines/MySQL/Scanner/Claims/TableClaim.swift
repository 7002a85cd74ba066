/// A table as the dump tells of it.
public struct TableClaim: Sendable, Equatable, Codable {
  /// nil: the dump leaves the database to whoever imports it (`DumpClaims.defaultDatabase` is its name at the source).
  public var database: String?
  public var name: String
  /// Line of CREATE TABLE, or of the first mention.
  public var line: Int
  public var isCreated = false
  /// Rows that INSERT and REPLACE statements bring, counted by their value lists since the last (re-)creation.
  public var rows: UInt64 = 0
  /// Some rows come by INSERT IGNORE or REPLACE: the server may keep fewer.
  public var mayKeepFewerRows = false
  public var isDropped = false
  /// Created by an old mysqldump in place of a view, to be dropped again before the view is created.
  public var isViewPlaceholder = false
  /// Which of the file's dumps created it: how many headers stood before.
  public var dump = 0
  public var columns: Int?
  /// Secondary indexes by name, in the statement's order; the primary key is `PRIMARY`.
  public var indexes: [String] = []
  public var engine: String?
  /// `AUTO_INCREMENT=…` of the table: the next number that the source would have given.
  public var autoIncrement: UInt64?
  /// `CHARSET=…` of the table, in lower case.
  public var charset: String?
  /// The dump tool's comment announced the table, and so it announces its rows, if there be any.
  public var isAnnounced = false
  /// The comment or the lock in front of its rows was there: the tool came to them, also where there are none.
  public var hasDataSection = false
  public var text = TextProbe()
  /// It has columns of the type TIMESTAMP, whose values depend on the session's time zone.
  public var hasTimestamps = false

  public init(database: String?, name: String, line: Int) {
    self.database = database
    self.name = name
    self.line = line
  }

  public var qualifiedName: String { database.map { "\($0).\(name)" } ?? name }

  /// What holds for a table that was just dropped or created anew.
  mutating func startAnew() {
    rows = 0
    mayKeepFewerRows = false
    columns = nil
    indexes = []
    engine = nil
    autoIncrement = nil
    charset = nil
    isAnnounced = false
    hasDataSection = false
    text = TextProbe()
    hasTimestamps = false
  }
}

/// A table that the file creates, fills, and drops again or makes anew: its first rows do not come back.
public struct ReplacedTable: Sendable, Equatable, Codable {
  public var name: String
  public var rows: UInt64
  /// Where it was created.
  public var line: Int
  /// Where it is dropped.
  public var dropLine: Int
  /// The databases of the headers before both, when these tell of two.
  public var databases: [String] = []
}

/// A table that a tool's dump fills and drops for good.
public struct LostTable: Sendable, Equatable, Codable {
  public var rows: UInt64
  public var dropLine: Int
}
