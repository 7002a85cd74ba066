import Foundation
import ProofbackCore

/// A run as a line of a list.
struct RunRow: PagePart {
  static let template = "runRow"

  var id: String
  var title: String
  var location: String
  var mark: String
  var word: String
  var cause: String
  var waitsFor: String
  var when: Moment
  /// How much later than its schedule wanted it was asked for: `3 h late`. Nil when it was in time.
  var late: String?

  init(_ run: RunRecord, now: Date) {
    id = run.id
    title = UntrustedText.line(run.title, limit: 120)
    location = UntrustedText.line(run.location, limit: 300)
    let state = ProofState(run)
    mark = state.mark
    word = state.word
    cause = Self.cause(run)
    waitsFor = run.waitsFor.map { "waits \($0)" } ?? ""
    when = Moment(run.ended ?? run.started ?? run.requested, now: now)
    late = run.late.map { "\(Quantity.text(seconds: $0)) late" }
  }

  /// The sentence without the words that the state says already; nothing for a run that passed.
  static func cause(_ run: RunRecord) -> String {
    if run.verdict == .passed { return "" }
    let sentence = run.sentence ?? ""
    return sentence.firstRange(of: ": ").map { String(sentence[$0.upperBound...]) } ?? sentence
  }
}

/// The five states in which people read a backup: a word and a shape, never colour alone.
enum ProofState: Sendable {
  case proven, bad, unsure, running, never

  init(_ run: RunRecord) {
    self =
      switch (run.state, run.verdict) {
      case (.waiting, _): .never
      case (.running, _): .running
      case (.ended, .passed): .proven
      case (.ended, .failed): .bad
      case (.ended, _): .unsure
      }
  }

  init(_ verdict: Verdict) {
    self =
      switch verdict {
      case .passed: .proven
      case .failed: .bad
      case .inconclusive: .unsure
      }
  }

  var mark: String {
    switch self {
    case .proven: "proven"
    case .bad: "bad"
    case .unsure: "unsure"
    case .running: "running"
    case .never: "never"
    }
  }

  var word: String {
    switch self {
    case .proven: "proven"
    case .bad: "bad"
    case .unsure: "could not tell"
    case .running: "running"
    case .never: "waiting"
    }
  }
}

struct RunListContent: Sendable {
  var caption: String
  /// Rendered.
  var runs: String

  init(_ caption: String, _ runs: [RunRecord], _ visit: Visit) {
    self.caption = caption
    self.runs = visit.rows(runs.map { RunRow($0, now: visit.now) })
  }
}
