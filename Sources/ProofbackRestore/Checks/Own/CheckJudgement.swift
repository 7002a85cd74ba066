import Foundation
import ProofbackCore

/// Holds the answer to a check's question against what it is to be.
struct CheckJudgement {
  let check: Check
  let asOf: Date
  /// What the answers' hashes are keyed with.
  let key: UInt64
  /// The answer of the last passed run.
  var before: CheckAnswer?

  static func namesNoDatabase(_ databases: [String]) -> String {
    if databases.isEmpty { return "there is no database that it could be asked in" }
    let names = databases.prefix(8).map { UntrustedText.line($0, limit: 60) }.joined(separator: ", ")
    return "it names no database, and there are \(databases.count): \(names)"
  }

  func finding(_ outcome: CheckOutcome) -> Finding {
    switch outcome {
    case .missing(let why): return made(CheckFindings.nothingToAsk, why)
    case .refused(let why): return made(CheckFindings.notAsked, why)
    case .tooLong:
      return made(CheckFindings.tooLong, "it took longer than \(Quantity.text(seconds: check.seconds))")
    case .answer(let answer): return judge(answer)
    }
  }

  private func judge(_ answer: CheckAnswer) -> Finding {
    let said = Self.text(answer, key)
    if check.expectation == .unchanged && before == nil {
      return made(CheckFindings.noted, "the answer is \(said), and there is no earlier one to hold it against")
    }
    let expected = expectation
    switch holds(answer) {
    case true?: return made(CheckFindings.held, "the answer is \(said), as expected: \(expected)")
    case false?: return made(CheckFindings.notHeld, "the answer is \(said), and not as expected: \(expected)")
    case nil: return made(CheckFindings.notAsked, "the answer is \(said), which can't be held against '\(expected)'")
    }
  }

  private func made(_ definition: FindingDefinition, _ fact: String) -> Finding {
    definition.finding(
      "check \(UntrustedText.line(check.name, limit: 100)): \(fact)",
      evidence: definition.consequence == .none ? [] : ["asked: \(UntrustedText.line(check.question.text, limit: 300))"]
    )
  }

  private var expectation: String {
    switch check.expectation {
    case .unchanged: "unchanged\(before.map { ": \(Self.text($0, key))" } ?? "")"
    case .newer(let seconds): "newer than \(Quantity.text(seconds: seconds)) at \(Self.text(asOf))"
    case .exists: "there"
    // A text that is as expected would be shown with what is expected.
    case .compares(let comparison, let value) where !value.isPlain:
      "\(comparison.rawValue) a text of \(Quantity.text(value.text.count, "character"))"
    default: UntrustedText.line(check.expectation.text, limit: 120)
    }
  }

  // MARK: Holding

  /// Nil: the answer is of another kind than the expectation.
  private func holds(_ answer: CheckAnswer) -> Bool? {
    switch check.expectation {
    case .noRows: return answer.shown == .noRow
    case .unchanged: return before.map { $0.shown == answer.shown && $0.hash == answer.hash }
    case .exists: return answer.shown == .truth(true)
    case .newer(let seconds): return isNewer(answer, than: seconds)
    case .compares(.equals, let value): return equals(answer, value)
    case .compares(.isNot, let value): return !equals(answer, value)
    case .compares(let comparison, let value): return ordered(answer, value, comparison)
    case .between(let least, let most):
      guard let from = ordered(answer, least, .atLeast), let to = ordered(answer, most, .atMost) else { return nil }
      return from && to
    }
  }

  /// Clocks and time zones differ by some hours: what lies further ahead is not new but wrong.
  private static let mostAhead = 86_400.0

  private func isNewer(_ answer: CheckAnswer, than seconds: Double) -> Bool? {
    switch answer.shown {
    case .nothing, .noRow: return false
    default:
      guard let moment = Self.moment(answer) else { return nil }
      let age = asOf.timeIntervalSince(moment)
      return age <= seconds && age >= -Self.mostAhead
    }
  }

  /// A time, or a number of seconds or milliseconds since 1970 in the years 2000 to 2100.
  private static func moment(_ answer: CheckAnswer) -> Date? {
    switch answer.shown {
    case .time(let date): return date
    case .number(let text):
      let seconds = 946_684_800.0...4_102_444_800.0
      guard let value = Double(text) else { return nil }
      return [value, value / 1000].first { seconds.contains($0) }.map { Date(timeIntervalSince1970: $0) }
    default: return nil
    }
  }

  private func equals(_ answer: CheckAnswer, _ value: CheckValue) -> Bool {
    switch answer.shown {
    case .noRow: return false
    case .nothing: return !value.isQuoted && value.text.lowercased() == "null"
    case .truth(let truth) where !value.isQuoted:
      return ["true", "t", "1"].contains(value.text.lowercased()) == truth
        && ["true", "t", "1", "false", "f", "0"].contains(value.text.lowercased())
    case .number(let text) where !value.isQuoted && ["true", "false"].contains(value.text.lowercased()):
      return text == (value.text.lowercased() == "true" ? "1" : "0")
    case .number, .time:
      if let result = ordered(answer, value, .equals) { return result }
    default: break
    }
    return Array(value.text.utf8).withUnsafeBytes { CellHash.hash($0, key: key) } == answer.hash
  }

  private func ordered(
    _ answer: CheckAnswer, _ value: CheckValue, _ comparison: CheckExpectation.Comparison
  ) -> Bool? {
    switch answer.shown {
    // Where nothing came back, nothing is enough.
    case .nothing, .noRow: return false
    case .number(let text):
      guard let left = Decimal(string: text), !value.isQuoted, let right = Decimal(string: value.text, strict: true)
      else { return nil }
      return Self.compare(left, right, comparison)
    case .time(let left):
      guard let right = Self.date(value.text) else { return nil }
      return Self.compare(left, right, comparison)
    case .truth, .hidden: return nil
    }
  }

  private static func compare<Value: Comparable>(
    _ left: Value, _ right: Value, _ comparison: CheckExpectation.Comparison
  ) -> Bool {
    switch comparison {
    case .equals: left == right
    case .isNot: left != right
    case .less: left < right
    case .atMost: left <= right
    case .more: left > right
    case .atLeast: left >= right
    }
  }

  private static func date(_ text: String) -> Date? {
    Array(text.utf8).withUnsafeBytes { Moment($0) }.map {
      Date(timeIntervalSince1970: Double($0.secondsSince1970) + Double($0.microsecond) / 1e6)
    }
  }
}

extension CheckJudgement {
  /// As people may read it.
  static func text(_ answer: CheckAnswer, _ key: UInt64) -> String {
    switch answer.shown {
    case .number(let text): UntrustedText.line(text, limit: 60)
    case .time(let date): text(date)
    case .truth(let truth): truth ? "true" : "false"
    case .nothing: "NULL"
    case .noRow: "no row"
    case .hidden(let bytes):
      "a value of \(Quantity.text(bytes: bytes)), hash \(String(answer.hash >> 32, radix: 16))"
    }
  }

  static func text(_ date: Date) -> String {
    date.formatted(.iso8601.dateTimeSeparator(.space)).replacing("Z", with: " UTC")
  }
}

extension Decimal {
  /// Nil where anything stands behind the number.
  fileprivate init?(string: String, strict: Bool) {
    guard string.wholeMatch(of: /[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?/) != nil else { return nil }
    self.init(string: string)
  }
}

extension String {
  /// Without blanks around it and a semicolon at its end.
  var trimmedStatement: String {
    var text = trimmingCharacters(in: .whitespacesAndNewlines)
    while text.hasSuffix(";") { text = String(text.dropLast()).trimmingCharacters(in: .whitespacesAndNewlines) }
    return text
  }
}
