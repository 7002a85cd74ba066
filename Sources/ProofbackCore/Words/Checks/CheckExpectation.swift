/// What a check's answer is to be.
public enum CheckExpectation: Sendable, Equatable {
  public enum Comparison: String, Sendable, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case isNot = "!="
    case equals = "="
    case less = "<"
    case more = ">"
  }

  case compares(Comparison, CheckValue)
  case between(CheckValue, CheckValue)
  /// A moment that is not older than so many seconds.
  case newer(than: Double)
  /// As in the last passed run.
  case unchanged
  /// The query gives no row.
  case noRows
  /// The object is there.
  case exists
}

/// A value as it is written in an expectation: a number, a date or time, or text, which may stand in quotes.
public struct CheckValue: Sendable, Equatable {
  public var text: String
  public var isQuoted: Bool

  public init(_ text: String, isQuoted: Bool = false) {
    self.text = text
    self.isQuoted = isQuoted
  }

  /// As a check has it.
  public var written: String { isQuoted ? "'\(text)'" : text }

  /// Whether it may be shown beside an answer: a number, a time, a truth value, NULL.
  public var isPlain: Bool { isOrdered || !isQuoted && ["true", "false", "null"].contains(text.lowercased()) }

  var isOrdered: Bool {
    !isQuoted
      && (text.wholeMatch(of: /[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?/) != nil
        || text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9:.]+(Z|[+-][0-9:]+)?)?/) != nil)
  }

  init?(reading text: String) {
    let trimmed = text.trimmingBlanks
    if let first = trimmed.first, "'\"".contains(first) {
      guard trimmed.count > 1, trimmed.last == first else { return nil }
      self.init(String(trimmed.dropFirst().dropLast()), isQuoted: true)
    } else {
      guard !trimmed.isEmpty else { return nil }
      self.init(trimmed)
    }
  }
}

extension CheckExpectation {
  static let hint =
    "= 42, != 'x', < 5, >= 1000, between 10 and 20, newer than 24h, unchanged, no rows; of an object: exists"

  /// As `init(_:)` reads it.
  public var text: String {
    switch self {
    case .compares(let comparison, let value): "\(comparison.rawValue) \(value.written)"
    case .between(let least, let most): "between \(least.written) and \(most.written)"
    case .newer(let seconds): "newer than \(Quantity.written(seconds: seconds))"
    case .unchanged: "unchanged"
    case .noRows: "no rows"
    case .exists: "exists"
    }
  }

  init(_ text: String) throws(Check.Problem) {
    let words = text.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
    switch words.first {
    case "unchanged" where words.count == 1: self = .unchanged
    case "exists" where words.count == 1: self = .exists
    case "no" where words == ["no", "rows"] || words == ["no", "row"]: self = .noRows
    case "newer" where words.count > 2 && words[1] == "than":
      guard let seconds = Quantity.seconds(words[2...].joined()), (1...1e10).contains(seconds) else {
        throw Check.Problem(
          fact: "'\(UntrustedText.line(words[2...].joined(separator: " ")))' is no time",
          hint: "newer than 24h, 90m or 7d")
      }
      self = .newer(than: seconds)
    case "between":
      guard let match = text.trimmingBlanks.wholeMatch(of: /(?i)between (.+) and (.+)/),
        let least = CheckValue(reading: String(match.output.1)), let most = CheckValue(reading: String(match.output.2)),
        least.isOrdered, most.isOrdered
      else {
        throw Check.Problem(
          fact: "'\(UntrustedText.line(text))' names no two numbers or times", hint: "between 10 and 20")
      }
      self = .between(least, most)
    default: self = try Self.comparison(text.trimmingBlanks)
    }
  }

  private static func comparison(_ text: String) throws(Check.Problem) -> Self {
    let text = text.hasPrefix("==") ? String(text.dropFirst()) : text.hasPrefix("<>") ? "!=" + text.dropFirst(2) : text
    guard let comparison = Comparison.allCases.first(where: { text.hasPrefix($0.rawValue) }),
      let value = CheckValue(reading: String(text.dropFirst(comparison.rawValue.count)))
    else { throw Check.Problem(fact: "'\(UntrustedText.line(text))' is no expectation", hint: hint) }
    guard comparison == .equals || comparison == .isNot || value.isOrdered else {
      throw Check.Problem(
        fact: "'\(UntrustedText.line(value.text))' is neither a number nor a time", hint: ">= 1000, < 2026-01-31")
    }
    return .compares(comparison, value)
  }
}
