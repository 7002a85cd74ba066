extension Check {
  private static let form = "NAME: QUESTION => EXPECTATION"
  private static let example = "orders of today: SELECT max(created_at) FROM orders => newer than 24h"

  /// `orders of today @shop within 10s: SELECT max(created_at) FROM orders => newer than 24h`
  public var text: String {
    let place = question.database.map { " @\($0)" } ?? ""
    let time = seconds == Self.usualSeconds ? "" : " within \(Quantity.written(seconds: seconds))"
    return "\(name)\(place)\(time): \(question.text) => \(expectation.text)"
  }

  /// - Parameter text: one line.
  public init(_ text: String) throws(Problem) {
    guard !text.unicodeScalars.contains(where: { $0.value < 32 && $0 != "\t" || $0.value == 127 }) else {
      throw Problem(fact: "a check has a control character", hint: "write it in one line")
    }
    guard let colon = text.range(of: ": "), let arrow = text.range(of: "=>", options: .backwards),
      colon.upperBound <= arrow.lowerBound
    else {
      throw Problem(
        fact: "'\(UntrustedText.line(text, limit: 80))' is no check",
        hint: "write \(Self.form), such as \(Self.example)")
    }
    let head = try Head(String(text[..<colon.lowerBound]))
    let asked = text[colon.upperBound..<arrow.lowerBound].trimmingBlanks
    guard !asked.isEmpty, asked.count <= Self.longestQuestion else {
      throw Problem(
        fact: asked.isEmpty
          ? "the check \(head.name) asks nothing" : "the question of \(head.name) has \(asked.count) characters",
        hint: asked.isEmpty ? "write \(Self.form)" : "\(Self.longestQuestion) are allowed")
    }
    do {
      try self.init(
        head.name, CheckQuestion(asked, database: head.database),
        CheckExpectation(text[arrow.upperBound...].trimmingBlanks), seconds: head.seconds ?? Self.usualSeconds)
    } catch { throw Problem(fact: "\(head.name): \(error.fact)", hint: error.hint) }
    try holdTogether()
  }

  /// What stands in front of the colon.
  private struct Head {
    var name: String
    var database: String?
    var seconds: Double?

    init(_ text: String) throws(Problem) {
      name = text.trimmingBlanks
      if let match = name.wholeMatch(of: /(?i)(.*?)\s+within\s+([0-9.]+\s*[a-z]+)/) {
        guard let seconds = Quantity.seconds(String(match.output.2)), Check.secondsRange.contains(seconds) else {
          throw Problem(
            fact: "'\(UntrustedText.line(String(match.output.2)))' is no time of 1 second to 1 hour", hint: "within 30s"
          )
        }
        self.seconds = seconds
        name = String(match.output.1)
      }
      if let match = name.wholeMatch(of: /(.*?)\s*@\s*(\S+)/) {
        database = String(match.output.2)
        name = String(match.output.1)
      }
      guard !name.isEmpty, name.count <= Check.longestName else {
        throw Problem(
          fact: name.isEmpty ? "a check has no name" : "a check's name has \(name.count) characters",
          hint: name.isEmpty ? "write \(Check.form)" : "\(Check.longestName) are allowed")
      }
      if let database, database.utf8.count > 200 {
        throw Problem(fact: "the database of \(name) has \(database.utf8.count) bytes", hint: "200 are allowed")
      }
    }
  }

  /// Which expectations go with which question.
  private func holdTogether() throws(Problem) {
    let fits =
      switch (question, expectation) {
      case (.object, .exists): true
      case (.object, _), (_, .exists): false
      case (.newest, .noRows), (.rows, .noRows), (.rows, .newer): false
      default: true
      }
    if fits { return }
    throw Problem(
      fact:
        "\(name): '\(UntrustedText.line(expectation.text))' can't be said of '\(UntrustedText.line(question.text, limit: 60))'",
      hint: "of rows: >= 1000; of the newest moment: newer than 24h; of an object: exists")
  }

  /// Checks, one a line; empty lines are passed over.
  public static func list(_ lines: [String]) throws(Problem) -> [Check] {
    var checks: [Check] = []
    for line in lines where !line.allSatisfy(\.isWhitespace) {
      let check = try Check(line.trimmingBlanks)
      guard !checks.contains(where: { $0.name.lowercased() == check.name.lowercased() }) else {
        throw Problem(
          fact: "two checks are named \(UntrustedText.line(check.name))", hint: "give each a name of its own")
      }
      checks.append(check)
    }
    guard checks.count <= most else {
      throw Problem(fact: "they are \(checks.count)", hint: "\(most) are allowed")
    }
    return checks
  }
}

extension Check: Codable {
  /// As its one line of text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do { try self.init(container.decode(String.self)) } catch let problem as Problem {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: problem.fact)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
