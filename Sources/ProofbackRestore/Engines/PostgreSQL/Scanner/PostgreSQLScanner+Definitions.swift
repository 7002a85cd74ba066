import ProofbackCore

/// CREATE, ALTER, DROP, GRANT.
extension PostgreSQLScanner {
  mutating func create(_ head: StatementHead, _ isWhole: Bool) -> Handling {
    var index = 1
    if head.has(["or", "replace"], at: index) { index += 2 }
    while let word = head.identifier(at: index), Self.qualifiers.contains(word) { index += 1 }
    guard let kind = head.identifier(at: index) else { return .forward }
    let at = head.behindConditions(index + 1)
    switch kind {
    case "role", "group": return account(head, at, isNew: true)
    case "user" where !head.has(["mapping"], at: index + 1): return account(head, at, isNew: true)
    case "database": return createDatabase(at, head, isWhole)
    case "tablespace": return .leaveOut("table spaces are folders of the old server")
    case "extension": return createExtension(head, at)
    case "language": return createLanguage(head, at)
    case "policy": return policy(head)
    case "user": return .privileged(before: mappedRole(head, index))
    case "schema":
      if head.identifier(at: at) == "public" { return .leaveOut("every database has this schema") }
    case "table":
      if head.index(of: "as", "select") != nil || head.index(of: "as", "table") != nil
        || head.index(of: "as", "with") != nil
      {
        return stray("CREATE TABLE … AS")
      }
    // `--clean` takes views that depend on each other apart by making one empty.
    case "view" where head.has(["or", "replace"], at: 1) && !hasContent && section == nil && !claims.dumps.isEmpty:
      return clearing()
    case "event":
      return section?.type == "EVENT TRIGGER" && !sectionUsed
        ? .privileged() : refused("an event trigger out of its place")
    case "subscription":
      let isQuiet = String(decoding: Self.joined(head), as: UTF8.self).contains("connect = false")
      return isQuiet ? .privileged() : refused("a subscription that connects to another server")
    case "function", "procedure": if needsSuperuser(head) { return .privileged() }
    case let kind where Self.privilegedKinds.contains(kind): return .privileged()
    case "operator" where head.has(["class"], at: index + 1) || head.has(["family"], at: index + 1):
      return .privileged()
    case "text"
    where head.has(["search", "template"], at: index + 1) || head.has(["search", "parser"], at: index + 1):
      return .privileged()
    case "type" where head.index(of: "input") != nil: return .privileged()
    default: break
    }
    hasContent = true
    return .forward
  }

  /// `CREATE POLICY … TO role, role USING …`: roles that no dump of one database makes.
  private mutating func policy(_ head: StatementHead) -> Handling {
    hasContent = true
    guard let mark = head.index(of: "to"), head.symbol("(", at: mark + 1) == false else { return .forward }
    var before = ""
    var index = mark + 1
    while let name = head.identifier(at: index) {
      before += need(name)
      guard head.symbol(",", at: index + 1) else { break }
      index += 2
    }
    return .prepared(before)
  }

  /// `CREATE USER MAPPING FOR role SERVER …`.
  private mutating func mappedRole(_ head: StatementHead, _ index: Int) -> String {
    hasContent = true
    return head.index(of: "for", from: index).map { need(head.identifier(at: $0 + 1)) } ?? ""
  }

  private static let qualifiers: Set<String> = [
    "unique", "temp", "temporary", "unlogged", "global", "local", "recursive", "materialized", "foreign", "constraint",
    "trusted", "procedural", "default",
  ]
  private static let privilegedKinds: Set<String> = [
    "data", "server", "publication", "access", "cast", "transform", "conversion",
  ]

  private static func joined(_ head: StatementHead) -> [UInt8] {
    Array(
      head.tokens.map { token in
        switch token {
        case .word(let text), .name(let text), .text(let text): text
        case .symbol(let byte): String(UnicodeScalar(byte))
        }
      }.joined(separator: " ").utf8)
  }

  /// Written in C, or in a language that is trusted with everything.
  private func needsSuperuser(_ head: StatementHead) -> Bool {
    guard let index = head.index(of: "language") else { return false }
    let language = (head.identifier(at: index + 1) ?? head.text(at: index + 1) ?? "").lowercased()
    return ["c", "internal"].contains(language) || language.hasSuffix("u")
  }

  private mutating func createExtension(_ head: StatementHead, _ at: Int) -> Handling {
    guard let name = head.identifier(at: at) else { return .forward }
    guard target.extensions.contains(name) else {
      claims.needs.append(.init(kind: .extension, name: name, line: statement.line))
      return .stop
    }
    claims.extensions.insert(name)
    return .privileged()
  }

  private mutating func createLanguage(_ head: StatementHead, _ at: Int) -> Handling {
    guard let name = head.identifier(at: at) ?? head.text(at: at) else { return .forward }
    if name == "plpgsql" { return .leaveOut("every database has this language") }
    guard target.extensions.contains(name) else {
      claims.needs.append(.init(kind: .language, name: name, line: statement.line))
      return .stop
    }
    return .privileged()
  }

  private mutating func createDatabase(_ at: Int, _ head: StatementHead, _ isWhole: Bool) -> Handling {
    guard let name = head.identifier(at: at) else { return .forward }
    hasContent = true
    if !claims.databases.contains(name) { claims.databases.append(name) }
    if ["postgres", "template1", "template0"].contains(name) { return .leaveOut("every server has this database") }
    let plan = PostgreSQLDatabasePlan(head, at: at + 1)
    let grants = "GRANT ALL ON DATABASE \(PostgreSQLText.identifier(name)) TO \(target.restorer); "
    statement.behind = grants
    guard let other = plan.replacement(name, locales: target.locales) else {
      return .privileged(behind: grants)
    }
    return .replace(other, because: "our server has not the locale or table space of the old one")
  }

  // MARK: Accounts

  private mutating func account(_ head: StatementHead, _ at: Int, isNew: Bool) -> Handling {
    guard claims.isCluster || claims.dumps.isEmpty else {
      return head.index(of: "in", "database") == nil
        ? refused("a statement for accounts in a dump of one database")
        : .privileged(before: need(head.identifier(at: at)))
    }
    guard let name = head.identifier(at: at), name != target.restorer, name != target.administrator else {
      return refused("a statement for an account of ours")
    }
    guard isNew else { return .privileged(before: need(name)) }
    guard roles.insert(name).inserted else { return .leaveOut("this role is there already") }
    return .privileged(behind: "GRANT \(PostgreSQLText.identifier(name)) TO \(target.restorer); ")
  }

  mutating func grant(_ head: StatementHead) -> Handling {
    let ours = [target.restorer, target.administrator]
    if head.tokens.contains(where: { ours.contains($0.identifier ?? "") }) {
      return refused("rights of an account of ours")
    }
    let isGrant = head.words.first == "grant"
    guard let mark = head.tokens.lastIndex(of: .word(isGrant ? "to" : "from")) else { return .forward }
    if head.index(of: "on", "tablespace") != nil { return .leaveOut("table spaces are folders of the old server") }
    var before = ""
    var index = mark + 1
    while let name = head.identifier(at: index), !["with", "granted", "cascade", "restrict"].contains(name) {
      before += need(name)
      index += 1
      if head.symbol(",", at: index) { index += 1 }
    }
    let isMembership = head.index(of: "on") == nil
    guard !isMembership || claims.isCluster || claims.dumps.isEmpty else {
      return refused("a statement for accounts in a dump of one database")
    }
    if isMembership { for index in 1..<mark { before += need(head.identifier(at: index)) } }
    return .privileged(before: before)
  }

  // MARK: ALTER, DROP

  mutating func alter(_ head: StatementHead) -> Handling {
    if head.starts("alter", "system") { return refused("ALTER SYSTEM") }
    if head.starts("alter", "tablespace") { return .leaveOut("table spaces are folders of the old server") }
    if head.starts("alter", "role") || head.starts("alter", "group")
      || head.starts("alter", "user") && !head.starts("alter", "user", "mapping")
    {
      return account(head, 2, isNew: false)
    }
    let count = head.tokens.count
    if count > 3, head.has(["owner", "to"], at: count - 3) {
      return .privileged(before: need(head.identifier(at: count - 1)))
    }
    if head.starts("alter", "default", "privileges") {
      let role = head.index(of: "for", "role").map { head.identifier(at: $0 + 2) }
      let grantee = head.tokens.lastIndex(of: .word("to")) ?? head.tokens.lastIndex(of: .word("from"))
      return .privileged(before: need(role ?? nil) + need(grantee.flatMap { head.identifier(at: $0 + 1) }))
    }
    if !hasContent, head.index(of: "drop") != nil {
      return clearing()
    }
    if ["database", "extension", "event", "publication", "subscription", "server", "operator"].contains(
      head.identifier(at: 1))
    {
      return .privileged()
    }
    // `--disable-triggers`: system triggers are a superuser's.
    let isTriggers = head.index(of: "disable", "trigger", "all") ?? head.index(of: "enable", "trigger", "all")
    return isTriggers == nil ? .forward : .privileged()
  }

  mutating func clearing() -> Handling {
    return .leaveOut("it clears away what our empty server has not got")
  }

  mutating func drop(_ head: StatementHead) -> Handling {
    guard hasContent else { return clearing() }
    if head.starts("drop", "database") || head.starts("drop", "role") || head.starts("drop", "user") {
      return refused("DROP \(head.words[1].uppercased())")
    }
    guard head.starts("drop", "table"), let name = head.qualified(at: head.behindConditions(2)) else { return .forward }
    let table = place(name.schema, name.name)
    if let there = claims.tables.removeValue(forKey: table), there.rows > 0, claims.repeated == nil {
      let rows = Quantity.text(Int(clamping: there.rows), "row")
      claims.repeated = .init(
        line: statement.line,
        what:
          "table \(shown(table)) is filled with \(rows) from line \(there.line) on, and dropped on line \(statement.line)"
      )
    }
    return .forward
  }
}

/// The options of CREATE DATABASE.
struct PostgreSQLDatabasePlan {
  private var encoding: String?
  private var locales: [String] = []
  private var isPlain = true

  init(_ head: StatementHead, at: Int) {
    var index = at
    while head.tokens.indices.contains(index) {
      if let key = head.identifier(at: index), head.symbol("=", at: index + 1) {
        let value = head.text(at: index + 2) ?? head.identifier(at: index + 2) ?? ""
        switch key {
        case "encoding": encoding = value
        case "lc_collate", "lc_ctype", "locale": locales.append(value)
        case "locale_provider" where value == "libc", "template": break
        // Another provider, its rules and versions; a folder of the old server.
        case "locale_provider", "icu_locale", "builtin_locale", "icu_rules", "tablespace", "collation_version":
          isPlain = false
        default: break
        }
        index += 2
      }
      index += 1
    }
  }

  /// A statement that our server can carry out; nil when it can carry out the dump's own.
  func replacement(_ name: String, locales known: Set<String>) -> String? {
    if isPlain, locales.allSatisfy({ known.contains(Self.normal($0)) }) { return nil }
    let encoding = encoding ?? "UTF8"
    let locale = encoding.uppercased().replacing("-", with: "") == "UTF8" ? "C.UTF-8" : "C"
    return "CREATE DATABASE \(PostgreSQLText.identifier(name)) WITH TEMPLATE = template0 "
      + "ENCODING = \(PostgreSQLText.literal(encoding)) LOCALE = '\(locale)'"
  }

  /// `en_US.UTF-8` and `en_US.utf8` are one.
  static func normal(_ locale: String) -> String { locale.lowercased().replacing("-", with: "") }
}
