import Foundation
import ProofbackCore
import ProofbackServer

/// Home, from top to bottom.
struct HomeContent: Sendable {
  var sentence: String
  var alerts: [AlertRow]
  /// Rendered, as the schedules are.
  var attention: String
  var hasAttention: Bool
  /// More of them: `and 30 more`.
  var moreAttention: String?
  var current: [CurrentRow]
  var hasCurrent: Bool
  var moreCurrent: Bool
  var backup: BackupFields
  var regular: Nested<ScheduleFormContent>
  var schedules: String
  var hasSchedules: Bool
  var pages: PageLinks
  var list: RunListContent
  var hasRuns: Bool
  /// Nothing was ever tested.
  var isNew: Bool
  var needsFolder: Bool
}

/// Content of a template that is used within another page.
struct Nested<Content: Sendable>: Sendable {
  var content: Content
}

/// What needs somebody: its one cause and one button, and another for what was tested by hand.
struct AttentionRow: PagePart {
  static let template = "attentionRow"

  var mark: String
  var word: String
  var title: String
  var href: String
  var cause: String
  var when: Moment
  var runAgain: String?
  /// Only of runs by hand: a restore test stands until a run of it passes.
  var dismiss: String?

  /// Causes that pass by themselves, as codes or beginnings of codes.
  private static let passing = [
    "run.interrupted", "run.cancelled", "run.internal-error", "location.unreachable", "location.stalled",
    "location.connection-lost", "location.changed-while-read", "location.read-error", "s3.busy", "server.",
    "sandbox.broken",
  ]

  /// A bad or undecided run. Only where the cause may pass by itself it helps to try again without having done anything.
  init(_ run: RunRecord, now: Date) {
    let row = RunRow(run, now: now)
    (mark, word, title, cause, when) = (row.mark, row.word, row.title, row.cause, row.when)
    href = "/runs/\(run.id)"
    let passes = Self.passing.contains { run.cause?.hasPrefix($0) ?? false }
    runAgain = run.verdict == .inconclusive && passes ? "\(href)/again" : nil
    dismiss = run.restoreTest == nil ? "\(href)/dismiss" : nil
  }
}

/// A run that waits or goes on.
struct CurrentRow: Sendable {
  var id: String
  var title: String
  var mark: String
  var word: String
  var isRunning: Bool
  var stage: String
  var left: String
  /// For the script that counts down: milliseconds since 1970, and seconds or nothing.
  var started: String
  var expected: String

  init(_ run: RunRecord, position: RunWatch.Position?, past: [RunRecord], now: Date) {
    let state = ProofState(run)
    (id, title, mark, word) = (run.id, run.title, state.mark, state.word)
    isRunning = run.state == .running
    stage = position?.stage?.rawValue ?? (isRunning ? "starts" : run.waitsFor ?? "")
    let seconds = RunForecast.seconds(past)
    left = RunForecast.left(run, expected: seconds, now: now) ?? ""
    started = run.started.map { String(Int64($0.timeIntervalSince1970 * 1000)) } ?? ""
    expected = seconds.map { String(Int($0.rounded())) } ?? ""
  }
}
