/// What a dump says about itself and what was noticed while it flowed past. Holds names, counts, line numbers and fixed texts; never a
/// value out of a row. Lists are capped (`DumpClaims.Limit`), so that a hostile dump cannot make them grow without end.
public struct DumpClaims: Sendable, Equatable, Codable {
  /// One for each dump header met: files often hold several dumps after one another.
  public var dumps: [DumpHeader] = []
  public var end = DumpEnd()
  public var brackets = DumpBrackets()
  public var promises = DumpPromises()
  /// Tables with rows that the dump drops again itself.
  public var replaced: [ReplacedTable] = []

  public var tables: [TableClaim] = []
  public var views: [ViewClaim] = []
  public var routines: [RoutineClaim] = []
  public var triggers: [TriggerClaim] = []
  public var events: [ObjectClaim] = []
  public var sequences: [ObjectClaim] = []
  /// Databases that the dump creates or uses by name.
  public var databases: [String] = []
  /// `user@host` of everything with a DEFINER.
  public var definers: [String] = []
  /// Character sets that the dump sets for its own text, in order of first use (`SET NAMES`, `character_set_client`). A client program
  /// that splits statements itself has to be told one whose characters can end in a backslash (sjis, gbk …).
  public var clientCharsets: [String] = []

  /// What the dump needs and the target does not have. Complete for every statement before it is forwarded.
  public var needs: [ServerNeed] = []
  public var foreignStatements: [ForeignStatement] = []
  public var adapted: [AdaptedStatement] = []
  public var toolMessages: [ToolMessage] = []
  /// The first line on which a tool's statement stands in a comment, where no server sees it.
  public var commentedOutLine: Int?
  /// The first line on which blanks or tabs that the tool always writes are others.
  public var blanksChangedLine: Int?
  /// Times with a zone are written in the one that the dump names.
  public var setsTimeZone = false
  /// Tables that the dump fills, drops and never makes again: index in `tables`, rows and the line that drops it.
  public var lost: [Int: LostTable] = [:]
  /// `check_constraint_checks` was switched off at least once.
  public var switchesChecksOff = false
  /// NUL bytes between statements: holes in the file, not data.
  public var nulBytes = 0
  /// NUL bytes inside of statements, in dumps of tools that write a NUL of the data as `\0`: holes as well.
  public var nulBytesInside = 0
  public var firstNulLine: Int?
  /// Where blanks without end were read no further.
  public var paddingLine: Int?
  /// NUL bytes in a row, anywhere.
  public var longestNulRun = 0
  /// A long run of NULs is a hole, whatever the tool.
  public var hasHole: Bool { longestNulRun >= 64 }

  public var bytes: UInt64 = 0
  /// Line feeds read.
  public var lines = 0
  /// Statements that ended.
  public var statements = 0
  /// Forwarding was stopped by an unmet need, a foreign statement with severity `.refuse`, or a tool's failure that replaces the dump.
  public var stoppedForwarding = false
  /// Entries that the caps left out of the lists above.
  public var leftOut = 0

  public init() {}

  /// How many entries each list keeps.
  enum Limit {
    static let tables = 100_000
    static let objects = 20_000
    static let findings = 200
    static let names = 1_000
    static let indexesPerTable = 128
    static let nameBytes = 256
  }

  /// The database named by the first header: the one that statements without a database belong to at the source.
  public var defaultDatabase: String? { dumps.first?.database }
  /// Tables that the target should hold after the import.
  public var expectedTables: [TableClaim] { tables.filter { $0.isCreated && !$0.isDropped && !$0.isViewPlaceholder } }
  /// The last dump in the file is written by mysqldump or mariadb-dump, as its header tells, or its head where it has none.
  var isMysqldumps: Bool {
    dumps.last.map { [.mysqldump, .mariadbDump].contains($0.tool) } ?? brackets.hasHead
  }
  /// The times at which two dumps in the file were completed, when a newer one stands in front of an older one.
  var orderReversed: (newer: String, older: String)? {
    let times = dumps.compactMap(\.completedOn)
    return zip(times, times.dropFirst()).first {
      DumpHeader.numbers(of: $1).lexicographicallyPrecedes(DumpHeader.numbers(of: $0))
    }
  }
  /// Whether every dump in the file whose tool writes a trailer has one.
  public var everyTrailerSeen: Bool { dumps.allSatisfy { $0.hasTrailer || !$0.writesTrailer } }
  /// Foreign statements for which the run fails.
  public var refused: [ForeignStatement] { foreignStatements.filter { $0.severity == .refuse } }
}

extension Array {
  /// Appends unless the list is full; tells whether it did.
  mutating func append(_ element: Element, upTo limit: Int) -> Bool {
    guard count < limit else { return false }
    append(element)
    return true
  }
}
