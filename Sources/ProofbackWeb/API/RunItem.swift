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
  /// While it runs.
  var position: Position?

  init(_ run: RunRecord, position: RunWatch.Position? = nil) {
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
    self.position = position.map { Position(stage: $0.stage, bytes: $0.bytes, total: $0.total) }
  }
}

/// A part of the list of runs: the one place that knows by what it can be narrowed.
struct RunListing: Sendable {
  static let queries = Paging.queries + ["restoreTest"]

  static func page(_ visit: APIVisit) throws -> Page<RunItem> {
    let paging = try Paging(visit)
    let history = visit.state.kept.history
    let before = paging.cursor.map { Date(timeIntervalSince1970: Double($0) / 1000) }
    if let test = visit.query("restoreTest") {
      // The history pages all runs, not yet those of one test: its newest only.
      return Page(items: try history.newest(of: test, limit: paging.limit).map { RunItem($0) }, next: nil)
    }
    let runs = try history.newest(before: before, limit: paging.limit + 1)
    let part = runs.prefix(paging.limit)
    let last = part.last.map { Int64(($0.requested.timeIntervalSince1970 * 1000).rounded()) }
    return Page(
      items: part.map { RunItem($0) }, next: runs.count > paging.limit ? last.map(Paging.text) : nil)
  }
}
