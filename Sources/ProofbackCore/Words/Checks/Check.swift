/// A check of one's own: a question to what came back, and what its answer is to be.
///
/// It has one spelling everywhere (form, command line, file, API): `NAME [@DATABASE] [within TIME]: QUESTION => EXPECTATION`.
public struct Check: Sendable, Equatable {
  public static let most = 100
  public static let longestName = 80
  public static let longestQuestion = 4000
  public static let usualSeconds = 30.0
  public static let secondsRange = 1.0...3600.0

  public var name: String
  public var question: CheckQuestion
  public var expectation: CheckExpectation
  /// How long a query may take.
  public var seconds: Double

  public init(
    _ name: String, _ question: CheckQuestion, _ expectation: CheckExpectation, seconds: Double = Self.usualSeconds
  ) {
    self.name = name
    self.question = question
    self.expectation = expectation
    self.seconds = seconds
  }

  /// Why a text is no check.
  public struct Problem: Error, Equatable {
    public var fact: String
    public var hint: String
  }
}

/// What a check asks for.
public enum CheckQuestion: Sendable, Equatable {
  /// In the language of the DBMS, one statement that only reads. The first value of its first row is the answer.
  case query(String, database: String?)
  /// How many rows a table has.
  case rows(table: String)
  /// The newest moment in a column, `TABLE.COLUMN`.
  case newest(column: String)
  /// Whether something is there: kind (`view`, `routine` …) and name.
  case object(kind: String, name: String)
}

extension CheckQuestion {
  private static let rowsWords = "rows of "
  private static let newestWords = "newest of "
  private static let objectWord = "object "

  /// Without the database, which stands behind the name.
  public var text: String {
    switch self {
    case .query(let query, _): query
    case .rows(let table): Self.rowsWords + table
    case .newest(let column): Self.newestWords + column
    case .object(let kind, let name): "\(Self.objectWord)\(kind) \(name)"
    }
  }

  /// Whether it is answered from what is measured of the rows.
  public var needsMeasures: Bool {
    switch self {
    case .newest, .object: true
    case .query, .rows: false
    }
  }

  public var database: String? {
    if case .query(_, let database) = self { database } else { nil }
  }

  init(_ text: String, database: String?) throws(Check.Problem) {
    func rest(_ words: String) -> String? {
      text.lowercased().hasPrefix(words) ? String(text.dropFirst(words.count)).trimmingBlanks : nil
    }
    if let table = rest(Self.rowsWords) {
      self = .rows(table: table)
    } else if let column = rest(Self.newestWords) {
      guard column.dropFirst().dropLast().contains(".") else {
        throw Check.Problem(fact: "'\(UntrustedText.line(column))' names no column", hint: "newest of TABLE.COLUMN")
      }
      self = .newest(column: column)
    } else if let object = rest(Self.objectWord) {
      self = try Self.object(object)
    } else {
      try CheckQuery.check(text)
      self = .query(text, database: database)
      return
    }
    if database != nil {
      throw Check.Problem(
        fact: "only a query is asked in a database", hint: "write the database in front of the name: shop.orders")
    }
  }

  /// Kinds may have several words: `foreign key`.
  public static let kinds = [
    "materialized view", "foreign key", "view", "table", "column", "index", "trigger", "routine", "function",
    "procedure",
    "event", "sequence", "constraint", "check", "extension", "collection",
  ]

  private static func object(_ text: String) throws(Check.Problem) -> Self {
    guard let kind = kinds.first(where: { text.lowercased().hasPrefix($0 + " ") }) else {
      throw Check.Problem(
        fact: "'\(UntrustedText.line(text))' is no object",
        hint: "object view NAME; also \(kinds.joined(separator: ", "))")
    }
    return .object(kind: kind, name: String(text.dropFirst(kind.count)).trimmingBlanks)
  }
}

extension StringProtocol {
  var trimmingBlanks: String {
    var rest = Substring(self)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
