import Foundation
import ProofbackCore
import Testing

@testable import ProofbackRestore

/// What leaves the sandbox of an answer.
@Suite struct AnswerReadingTests {
  private static func read(_ lines: [String], _ format: RowFormat = .batch, cutEvery step: Int = 7) -> CheckAnswer {
    var reading = AnswerReading(key: 5, format)
    for line in lines {
      let bytes = Array(line.utf8)
      for start in stride(from: 0, to: bytes.count, by: step) {
        bytes[start..<min(start + step, bytes.count)].withUnsafeBytes { reading.take($0) }
      }
      reading.endRow()
    }
    return reading.finish()
  }

  @Test(arguments: [
    ("42", CheckAnswer.Shown.number("42")), ("-0.50", .number("-0.50")), ("1e9", .number("1e9")),
    ("0171234567", .hidden(bytes: 10)), ("true", .truth(true)), ("f", .truth(false)), ("NULL", .nothing),
    ("2026-03-14 01:00:00", .time(Date(timeIntervalSince1970: 1_773_450_000))), ("0000-00-00", .hidden(bytes: 10)),
    ("alice@example.org", .hidden(bytes: 17)), ("", .hidden(bytes: 0)), ("a\\tb", .hidden(bytes: 3)),
    ("42 and more", .hidden(bytes: 11)), (String(repeating: "9", count: 41), .hidden(bytes: 41)),
  ])
  func numbersTimesAndTruthsAreShownAndNothingElseIs(_ text: String, _ shown: CheckAnswer.Shown) {
    #expect(Self.read([text]).shown == shown)
  }

  @Test func theFirstValueOfTheFirstRowIsTheAnswer() {
    let answer = Self.read(["7\tother\t9", "8\tmore"])
    #expect(answer.shown == .number("7") && answer.rows == 2)
    #expect(Self.read([]).shown == .noRow)
  }

  @Test func whereTheTextWasCutChangesNothing() {
    let long = String(repeating: "abcdefghij", count: 30_000)
    let one = Self.read([long], cutEvery: 65_536)
    #expect(one == Self.read([long], cutEvery: 999) && one.shown == .hidden(bytes: 300_000))
    #expect(one.hash != Self.read([long + "k"]).hash)
  }

  @Test func aNullOfCopyIsNoText() {
    #expect(Self.read(["\\N"], .copy).shown == .nothing)
    #expect(Self.read(["NULL"], .copy).shown == .hidden(bytes: 4))
    #expect(Self.read(["\\\\N"], .copy).shown == .hidden(bytes: 2))
  }
}

/// Answers held against expectations.
@Suite struct CheckJudgementTests {
  private static let asOf = Date(timeIntervalSince1970: 1_773_450_000)

  private func code(_ expectation: String, _ text: String, before: CheckAnswer? = nil) throws -> String {
    let check = try Check("a: SELECT 1 => \(expectation)")
    let answer = Array(text.utf8).withUnsafeBytes { AnswerReading.answer($0, key: 9, rows: 1) }
    return CheckJudgement(check: check, asOf: Self.asOf, key: 9, before: before).finding(.answer(answer)).code.rawValue
  }

  @Test(arguments: [
    ("= 42", "42"), ("= 42", "42.000"), ("= 12345678901234567890.5", "12345678901234567890.50"), ("!= 42", "43"),
    ("= true", "1"), ("= true", "t"), ("= false", "false"), ("= '42'", "42"), ("= word", "word"), ("= 'a b'", "a b"),
    ("!= word", "words"), ("< 5", "4.9"), (">= 2026-03-13", "2026-03-14 00:00:00"), ("between -1 and 1", "0"),
    ("between 2026-03-01 and 2026-04-01", "2026-03-14"), ("newer than 1h", "2026-03-14 00:30:00"),
    ("newer than 1h", "1773449000"), ("newer than 1h", "1773449000123"), ("newer than 2h", "2026-03-14 12:00:00"),
  ])
  func itHolds(_ expectation: String, _ answer: String) throws {
    #expect(try code(expectation, answer) == "check.held")
  }

  @Test(arguments: [
    ("= 42", "41"), ("= 12345678901234567890.5", "12345678901234567890.4"), ("!= 42", "42.0"), ("= true", "0"),
    ("= word", "Word"), ("> 5", "5"), ("between 1 and 2", "2.0001"), ("newer than 1h", "2026-03-13 22:00:00"),
    ("newer than 1h", "2099-01-01"), ("no rows", "1"),
  ])
  func itDoesNotHold(_ expectation: String, _ answer: String) throws {
    #expect(try code(expectation, answer) == "check.not-held")
  }

  @Test(arguments: [("> 5", "text"), ("newer than 1h", "soon"), ("< 2026-01-01", "12"), ("between 1 and 2", "true")])
  func anAnswerOfAnotherKindSaysNothingOfTheBackup(_ expectation: String, _ answer: String) throws {
    #expect(try code(expectation, answer) == "check.not-answered")
  }

  @Test func unchangedNeedsAnEarlierAnswer() throws {
    let before = Array("secret".utf8).withUnsafeBytes { AnswerReading.answer($0, key: 9, rows: 1) }
    #expect(try code("unchanged", "secret") == "check.first-answer")
    #expect(try code("unchanged", "secret", before: before) == "check.held")
    #expect(try code("unchanged", "secrets", before: before) == "check.not-held")
  }
}
