import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// All runs: filtered by a form that works as an address, a page at a time.
enum RunListRoutes {
  static let all: [Route] = [.get("/runs", .person, list)]

  static let pageSize = 50
  /// No exact number above this: it would have to be counted.
  static let mostCounted = 10_000

  struct Page: Sendable {
    var sentence: String
    var form: RunFilterForm
    var outcomes: [Choice]
    var types: [Choice]
    var problems: [String: String]
    /// Nil when all are shown.
    var count: String?
    var test: String?
    var list: RunListContent
    var hasRuns: Bool
    var isFiltered: Bool
    var older: String?
    var newer: String?
  }

  @Sendable private static func list(_ visit: Visit) throws -> Response {
    let form = RunFilterForm(visit)
    do {
      let filter = try form.filter()
      let page = try runs(filter, form.position, visit.state.kept.history)
      let count = form.isEmpty ? 0 : try visit.state.kept.history.count(filter, most: mostCounted + 1)
      return show(visit, form, page, count: form.isEmpty ? nil : text(count))
    } catch let problems as FormProblems {
      return show(visit, form, RunPage(runs: [], older: nil, newer: nil), count: nil, problems: problems)
    }
  }

  /// Who goes back to the first page gets a whole one.
  private static func runs(
    _ filter: RunFilter, _ position: RunPosition, _ history: any RunHistory
  ) throws -> RunPage {
    let page = try history.page(filter, position, limit: pageSize)
    if case .newer = position, page.newer == nil { return try history.page(filter, .newest, limit: pageSize) }
    return page
  }

  private static func text(_ count: Int) -> String {
    count > mostCounted
      ? "More than \(Quantity.text(mostCounted, "run"))." : "\(Quantity.text(count, "run"))."
  }

  private static func sentence(_ visit: Visit, _ form: RunFilterForm, _ page: RunPage, _ count: String?) -> String {
    if !form.isEmpty { return count ?? "No run was looked for." }
    guard let last = page.runs.first else { return "Nothing has run yet." }
    let row = RunRow(last, now: visit.now)
    return "The newest run, of \(row.title), \(row.when.ago): \(row.word)."
  }

  private static func show(
    _ visit: Visit, _ form: RunFilterForm, _ page: RunPage, count: String?, problems: FormProblems? = nil
  ) -> Response {
    let content = Page(
      sentence: sentence(visit, form, page, count), form: form, outcomes: form.outcomes,
      types: visit.state.facilities.types.map {
        Choice(value: $0.rawValue, label: $0.rawValue, isChosen: $0.rawValue == form.type)
      }, problems: FieldProblems.texts(problems), count: count,
      test: form.test.isEmpty ? nil : form.test, list: RunListContent("Runs, the newest first", page.runs, visit),
      hasRuns: !page.runs.isEmpty,
      isFiltered: !form.isEmpty, older: page.older.map { form.address("older", $0) },
      newer: page.newer.map { form.address("newer", $0) })
    return visit.page("runs", "Runs", content, status: problems == nil ? .ok : .unprocessableContent)
  }
}
