import Foundation
import ProofbackCore
import Testing

@Suite struct TextTests {
  @Test(arguments: [
    ("1MB", 1_000_000), ("1 MiB", 1_048_576), ("2.5GB", 2_500_000_000), ("500", 500), ("0", 0), ("20kb", 20_000),
  ]) func sizesAreReadAsPeopleWriteThem(_ text: String, _ bytes: UInt64) {
    #expect(Quantity.bytes(text) == bytes)
  }

  @Test(arguments: ["", "MB", "-1MB", "1XB", "1e5", "nan", "infinity", "1..2"]) func whatIsNoSizeIsNone(_ text: String)
  {
    #expect(Quantity.bytes(text) == nil)
  }

  @Test(arguments: [("90s", 90.0), ("26h", 93600), ("7d", 604_800), ("30m", 1800), ("2", 2), ("1w", 604_800)])
  func timesAreReadAsPeopleWriteThem(_ text: String, _ seconds: Double) {
    #expect(Quantity.seconds(text) == seconds)
  }

  @Test func quantitiesAreWrittenShort() {
    #expect(Quantity.text(bytes: 1_234_567_890) == "1.2 GB")
    #expect(Quantity.text(bytes: 1) == "1 byte")
    #expect(Quantity.text(seconds: 200) == "3 min 20 s")
    #expect(Quantity.text(seconds: 93600) == "26 h")
    #expect(Quantity.text(paidSeconds: 200) == "3 min 20 s" && Quantity.text(paidSeconds: 221_400) == "61.5 h")
    #expect(Quantity.text(count: 1_234_567) == "1,234,567")
    #expect(Quantity.text(1, "index") == "1 index")
    #expect(Quantity.text(2, "index") == "2 indexes")
  }

  @Test func untrustedTextCannotMoveTheCursorOrTurnTheLine() {
    let hostile = "a\u{1B}[2Jb\nc\u{202E}d\u{9B}e"
    #expect(UntrustedText.line(hostile) == "a\\u{1b}[2Jb\\u{a}c\\u{202e}d\\u{9b}e")
    #expect(UntrustedText.line(String(repeating: "x", count: 300)).count == 201)
  }

  @Test func optionsTakeOnlyPlainWords() {
    let schema = OptionSchema(name: "database", summary: "", defaultText: "test", maximumLength: 8)
    #expect(schema.accepts("shop_2-a"))
    for bad in ["", "a b", "a;b", "a/b", "../x", "ninechars", "é", "a\n"] { #expect(!schema.accepts(bad)) }
  }
}
