import Foundation
import ProofbackCore
import Testing

/// Checks of one's own as people write them.
@Suite struct CheckTests {
  @Test(arguments: [
    "fresh: SELECT max(created_at) FROM orders => newer than 1d",
    "orders of today @shop within 10s: SELECT count(*) FROM orders => >= 1000",
    "canary: SELECT note FROM canary WHERE id = 1 => = 'the bird: sings'",
    "arrow: SELECT f(a => 1) => between -3 and 4.5", "rows: rows of shop.orders => > 0",
    "new: newest of shop.orders.created_at => newer than 90m",
    "there: object foreign key shop.orders.customer => exists",
    "none: SELECT 1 FROM a WHERE b IS NULL => no rows", "same: SELECT sum(x) FROM a => unchanged",
    "text: SELECT 'a;b', \"c\\\"d\" => != true", "mongo: db.orders.countDocuments({\"a\": {\"$gt\": 1}}) => != 0",
    "since: SELECT min(a) FROM b => >= 2026-01-31 03:00:00+02",
  ])
  func aCheckIsReadAsItIsWritten(_ text: String) throws {
    let check = try Check(text)
    #expect(check.text == text)
    #expect(try JSONDecoder().decode([Check].self, from: JSONEncoder().encode([check])) == [check])
  }

  @Test func itsPartsAreTakenApart() throws {
    let check = try Check("  a name @ shop  within 2m:  SELECT 1;  =>  >=5 ")
    #expect(check.name == "a name" && check.seconds == 120 && check.expectation.text == ">= 5")
    #expect(check.question == .query("SELECT 1;", database: "shop"))
  }

  @Test(arguments: [
    ("SELECT 1", "is no check"), ("a: SELECT 1", "is no check"), (": SELECT 1 => = 1", "no name"),
    ("a:  => = 1", "asks nothing"), ("a: SELECT 1; DROP TABLE x => = 1", "more than one statement"),
    ("a: SELECT 'x => = 1", "never closed"), ("a: \\! sh => = 1", "backslash"),
    ("a: SELECT 1 => about 5", "no expectation"),
    ("a: SELECT 1 => > many", "neither a number nor a time"), ("a: SELECT 1 => between 1", "no two numbers"),
    ("a: SELECT 1 => newer than soon", "no time"), ("a within 9h: SELECT 1 => = 1", "no time of 1 second"),
    ("a: rows of x => newer than 3h", "can't be said of"), ("a: SELECT 1 => exists", "can't be said of"),
    ("a: object view v => = 1", "can't be said of"), ("a: object lamp v => exists", "is no object"),
    ("a: newest of orders => newer than 1h", "names no column"), ("a @b: rows of x => > 1", "only a query"),
    ("a: SELECT 1\u{7} => = 1", "control character"),
  ])
  func whatIsNoCheckSaysWhy(_ text: String, _ why: String) {
    do {
      _ = try Check(text)
      Issue.record("\(text) is taken for a check")
    } catch { #expect("\(error.fact)".contains(why), "\(error)") }
  }

  @Test func aListHasEachNameOnce() throws {
    #expect(try Check.list(["a: rows of x => > 0", "", "b: rows of x => > 1"]).map(\.name) == ["a", "b"])
    #expect(throws: Check.Problem.self) { try Check.list(["a: rows of x => > 0", "A: rows of y => > 1"]) }
    #expect(throws: Check.Problem.self) { try Check.list((0...Check.most).map { "n\($0): rows of x => > 0" }) }
  }
}
