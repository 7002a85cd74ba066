import Foundation
import ProofbackCore
import ProofbackServer

/// What stands in the address of the list of runs, as it was given.
struct RunFilterForm: Sendable, Equatable {
  var text: String
  /// One of the filter's outcomes; empty: any.
  var state: String
  var type: String
  /// The id of a restore test.
  var test: String
  /// `2027-01-31`, in UTC; both days count.
  var from: String
  var until: String
  var older: String
  var newer: String

  init(_ visit: Visit) {
    self.init(Forms.fields(visit.request.uri.query ?? "") ?? [:])
  }

  /// - Parameter fields: by their names in an address.
  init(_ fields: [String: String]) {
    func field(_ name: String) -> String { String((fields[name] ?? "").prefix(500)) }
    (text, state, type, test) = (field("q"), field("state"), field("type"), field("test"))
    (from, until) = (field("from"), field("until"))
    (older, newer) = (field("older"), field("newer"))
  }

  var isEmpty: Bool { [text, state, type, test, from, until].allSatisfy(\.isEmpty) }

  var position: RunPosition {
    if let place = RunPlace(older) { return .older(than: place) }
    return RunPlace(newer).map { .newer(than: $0) } ?? .newest
  }

  /// - Throws: `FormProblems`.
  func filter() throws -> RunFilter {
    var filter = RunFilter()
    filter.text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    filter.type = type.isEmpty ? nil : type
    filter.restoreTest = test.isEmpty ? nil : test
    if !state.isEmpty {
      guard let outcome = RunFilter.Outcome(rawValue: state) else {
        throw FormProblems("state", "there is no state \(UntrustedText.line(state, limit: 40))")
      }
      filter.outcomes = [outcome]
    }
    filter.from = try day(from, "from")
    filter.until = try day(until, "until")?.addingTimeInterval(86_400)
    if let from = filter.from, let until = filter.until, until <= from {
      throw FormProblems("until", "it is before the first day")
    }
    return filter
  }

  private func day(_ text: String, _ field: String) throws -> Date? {
    if text.isEmpty { return nil }
    guard text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil,
      let date = try? Date(text, strategy: .iso8601.year().month().day())
    else {
      throw FormProblems(field, "\(UntrustedText.line(text, limit: 20)) is no date", hint: "for example 2027-01-31")
    }
    return date
  }

  var outcomes: [Choice] {
    [
      ("passed", "proven"), ("failed", "bad"), ("inconclusive", "could not tell"), ("running", "running"),
      ("waiting", "waiting"),
    ].map { Choice(value: $0.0, label: $0.1, isChosen: $0.0 == state) }
  }

  /// The same list at another place.
  func address(_ name: String, _ place: RunPlace) -> String {
    let fields = [
      ("q", text), ("state", state), ("type", type), ("test", test), ("from", from), ("until", until),
      (name, place.text),
    ]
    let query = fields.filter { !$0.1.isEmpty }.map { "\($0.0)=\(Self.encoded($0.1))" }
    return "/runs?" + query.joined(separator: "&")
  }

  private static func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed.subtracting(.init(charactersIn: "+&=#;"))) ?? ""
  }
}
