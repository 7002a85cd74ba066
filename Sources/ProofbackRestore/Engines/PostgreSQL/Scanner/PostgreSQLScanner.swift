import Glibc
import ProofbackCore

/// Reads plain SQL of PostgreSQL's dump tools as it flows past: writes down what it claims, and hands on what `psql` is to
/// be given.
///
/// Call `scan` for each block, with what the last call left over in front of it, the last with `isLast`; take `out` after
/// each; then `finish`. Memory does not depend on the dump's length: a statement is judged by its first 64 KiB.
///
/// Quoting, comments and the end of statements follow psql's own lexer (PostgreSQL 15, src/fe_utils/psqlscan.l).
struct PostgreSQLScanner {
  /// How much of a statement is seen together before it is judged.
  static let headLimit = 64 << 10
  static let commentLimit = 1 << 10

  enum Mode: Equatable {
    case code, lineComment, meta, copy
    /// Between `COPY … FROM stdin;` and the end of its line.
    case copyHead
    case blockComment(depth: Int)
    case text(escapes: Bool)
    case name
    case dollar([UInt8])
  }

  /// The statement that is being read.
  struct Statement {
    var head: [UInt8] = []
    var line = 0
    var words: [String] = []
    var depth = 0
    /// Of `BEGIN ATOMIC … END`, in which semicolons end nothing.
    var blocks = 0
    var isJudged = false
    var isLeftOut = false
    var isPrivileged = false
    /// What we say behind it, as ourselves.
    var behind = ""
    var countsRows = false
    var sawValues = false
    var rows: UInt64 = 0
    var table: PostgreSQLName?
  }

  /// A block of rows that is being read.
  struct Copy {
    var table: PostgreSQLName
    var line: Int
    /// Fields of each row; nil when the statement does not name its columns or writes another format.
    var columns: Int?
    var fields = 1
    var isLineStart = true
    var head: [UInt8] = []
    var isPrivileged = false
    var text = TextProbe()
  }

  let target: PostgreSQLTarget
  private(set) var out: [UInt8] = []
  var claims = PostgreSQLClaims()
  var mode = Mode.code
  var statement = Statement()
  var copy: Copy?
  var comment: [UInt8] = []
  var line = 1
  var isLineStart = true
  var isConforming = true
  var searchPath = "public"
  /// `client_encoding`, in lower case.
  var encoding: String?
  /// Where statements go.
  var database: String
  /// What the dump's last heading announced.
  var section: PostgreSQLSection?
  var sectionUsed = true
  var roles: Set<String> = []
  /// Set once: what came before is what `--clean` writes, for another server.
  var hasContent = false
  var metaLine: [UInt8] = []
  /// Lines of ours that psql was given besides the dump's.
  var extraLines = 0

  /// - Parameter database: where statements go until the dump says otherwise.
  init(target: PostgreSQLTarget, database: String) {
    self.target = target
    self.database = database
  }

  mutating func takeOut() -> [UInt8] {
    defer { out.removeAll(keepingCapacity: true) }
    return out
  }

  mutating func scan(_ buffer: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Int {
    guard let base = buffer.baseAddress else { return 0 }
    var position = 0
    while position < buffer.count {
      let next =
        mode == .copy
        ? readCopy(base, position, buffer.count, isLast) : readSQL(base, position, buffer.count, isLast)
      if next == position { break }
      position = next
    }
    claims.bytes += UInt64(position)
    return position
  }

  mutating func finish() -> PostgreSQLClaims {
    if mode == .lineComment { endComment() }
    if mode == .meta { endMeta() }
    closeSection()
    claims.lines = line - 1
    claims.openEnd = openEnd
    return claims
  }

  private var openEnd: PostgreSQLClaims.OpenEnd? {
    if let copy {
      return PostgreSQLClaims.OpenEnd(line: copy.line, place: "inside the rows of table \(shown(copy.table))")
    }
    let isInside = statement.head.contains { !SQLCharacter.isSpace($0) } || statement.isJudged
    guard isInside || mode != .code && mode != .lineComment && mode != .meta else { return nil }
    let place = statement.table.map { "inside the rows of table \(shown($0))" } ?? "inside a statement"
    return PostgreSQLClaims.OpenEnd(line: statement.line == 0 ? line : statement.line, place: place)
  }

  func shown(_ name: PostgreSQLName) -> String { UntrustedText.line(name.text, limit: 120) }

  // MARK: What goes on

  mutating func forward(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ to: Int) {
    guard !claims.isStopped, to > from else { return }
    out.append(contentsOf: UnsafeBufferPointer(start: bytes + from, count: to - from))
  }

  mutating func forward(_ text: String) {
    if !claims.isStopped { out.append(contentsOf: text.utf8) }
  }

  mutating func forward(_ bytes: [UInt8]) {
    if !claims.isStopped { out.append(contentsOf: bytes) }
  }

  /// Counts line feeds of what was read, and NULs, which no text of PostgreSQL holds.
  mutating func pass(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ to: Int) {
    var position = from
    while position < to, let found = memchr(bytes + position, 10, to - position) {
      line += 1
      position = UnsafePointer<UInt8>(found.assumingMemoryBound(to: UInt8.self)) - bytes + 1
    }
    guard memchr(bytes + from, 0, to - from) != nil else { return }
    claims.firstNulLine = claims.firstNulLine ?? line
    for index in from..<to where bytes[index] == 0 { claims.nulBytes += 1 }
  }

  mutating func note(_ message: ToolMessage) {
    if claims.messages.count < 20 { claims.messages.append(message) }
  }

  /// Where bytes are missing, rows are read as statements: nobody wrote those.
  mutating func refuse(_ what: String, line: Int? = nil) {
    guard claims.unterminated == nil, claims.nulBytes == 0 else { return }
    if claims.refused.count < 20 { claims.refused.append(.init(line: line ?? statement.line, what: what)) }
  }
}

/// The server that the dump goes into, as far as that changes what it is given.
struct PostgreSQLTarget: Sendable {
  var version: Int
  /// Names of its settings, in lower case.
  var settings: Set<String>
  /// Extensions that can be created.
  var extensions: Set<String>
  /// Names of collations that are there without being created.
  var collations: Set<String> = []
  /// Locales that databases can have.
  var locales: Set<String>
  /// The role that the dump is restored as, and the one that we keep for ourselves.
  var restorer: String
  var administrator: String
  /// What `psql` is locked with against commands of its own; nil where it is too old to know that.
  var restriction: String?
}
