import Foundation
import ProofbackCore
import ProofbackServer

/// A run, as lists and single answers show it.
struct RunItem: Encodable, Sendable {
  struct Position: Encodable, Sendable {
    var stage: Stage?
    var bytes: UInt64
    var total: UInt64?
  }

  var id: String
  var restoreTest: String?
  var title: String
  var location: String
  var state: RunState
  var waitsFor: String?
  var requestedBy: String?
  var requested: Date
  var due: Date?
  var started: Date?
  var ended: Date?
  var verdict: Verdict?
  var cause: String?
  var sentence: String?
  var type: String?
  var fileName: String?
  var fileSize: Int64?
  var again: String?
  var repeats: String?
  var dismissed: Date?
  /// That was started for it.
  var machine: String?
  var machineSeconds: Double?
  /// US dollars by the price list.
  var dollars: Double?
  /// While it runs.
  var position: Position?
  /// How long it takes by its past, until it has ended; in answers about one run only.
  var expectedSeconds: Double?

  init(_ run: RunRecord, position: RunWatch.Position? = nil, expected: Double? = nil) {
    expectedSeconds = expected
    id = run.id
    restoreTest = run.restoreTest
    title = run.title
    location = run.location
    state = run.state
    waitsFor = run.waitsFor
    requestedBy = run.requestedBy
    requested = run.requested
    due = run.due
    started = run.started
    ended = run.ended
    verdict = run.verdict
    cause = run.cause
    sentence = run.sentence
    type = run.type
    fileName = run.fileName
    fileSize = run.fileSize
    again = run.again
    repeats = run.repeats
    dismissed = run.dismissed
    (machine, machineSeconds, dollars) = (run.machine, run.machineSeconds, run.dollars)
    self.position = position.map { Position(stage: $0.stage, bytes: $0.bytes, total: $0.total) }
  }
}

/// A part of the list of runs, narrowed as the page's list is.
struct RunListing: Sendable {
  static let queries = Paging.queries + ["state", "type", "restoreTest", "from", "until", "q"]

  static func page(_ visit: APIVisit) throws -> Page<RunItem> {
    let paging = try Paging(visit)
    var fields: [String: String] = [:]
    for name in queries where !Paging.queries.contains(name) {
      guard let value = try visit.given(name, longest: 500) else { continue }
      fields[name == "restoreTest" ? "test" : name] = value
    }
    let position = paging.cursor.map { RunPosition.older(than: RunPlace(number: $0)) } ?? .newest
    let page = try visit.state.kept.history.page(RunFilterForm(fields).filter(), position, limit: paging.limit)
    return Page(items: page.runs.map { RunItem($0) }, next: page.older.map { Paging.text($0.number) })
  }
}
