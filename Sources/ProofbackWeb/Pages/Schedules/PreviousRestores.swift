import Foundation
import ProofbackCore

/// What has come of a schedule: its last results as a strip, as charts and as a table.
struct PreviousRestores: PagePart {
  static let template = "previousRestores"

  struct Result: Hashable, Sendable {
    var id: String
    var mark: String
    var word: String
    var date: String
    var time: String
    /// For scripts, and in full.
    var exact: String
    var zoned: String
    var cause: String
    var took: String
    var size: String

    init(_ run: RunRecord, zone: String) {
      let (state, at) = (ProofState(run), run.started ?? run.requested)
      id = run.id
      (mark, word) = (state.mark, state.word)
      let text = ZonedTime.text(at, zone)
      (date, time) = (String(text.prefix(10)), String(text.suffix(5)))
      (exact, zoned) = (at.ISO8601Format(), "\(text) \(zone)")
      cause = RunRow.cause(run)
      took = run.seconds.map { Quantity.text(seconds: $0) } ?? ""
      size = run.fileSize.map { Quantity.text(bytes: UInt64(max(0, $0))) } ?? ""
    }
  }

  /// Results that the strip shows.
  static let inStrip = 90
  /// Results in the table.
  private static let inTable = 30

  var zone: String
  var strip: [StripMark]
  var stripText: String
  var hasStrip: Bool
  var charts: [ResultChart]
  var results: [Result]
  /// Address of the list of all its runs.
  var all: String

  /// - Parameter runs: the newest first, at least as many as the strip shows.
  init(_ runs: [RunRecord], of schedule: Schedule) {
    let zone = schedule.rule.timeZone
    self.zone = zone
    let ended = runs.filter { $0.state == .ended }.prefix(Self.inStrip)
    strip = ended.reversed().map { StripMark($0, zone: zone) }
    stripText = Strip.text(ended.map { ProofState($0) })
    hasStrip = !strip.isEmpty
    charts = ResultChart.all(runs)
    results = runs.prefix(Self.inTable).map { Result($0, zone: zone) }
    all = "/runs?test=\(schedule.test.id)"
  }
}
