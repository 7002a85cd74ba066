import Foundation
import ProofbackCore
import ProofbackServer

/// How a drill stands, in words: on its own page and on that of its schedule.
struct DrillText: Sendable {
  var mark: String
  var word: String
  var sentence: String
  /// What goes on just now; empty when nothing does.
  var now: String

  init(_ drill: DrillRecord, _ results: [DrillResult]) {
    let tally = DrillTally(results)
    let isComplete = drill.stopped == nil && tally.tried == tally.all && tally.all > 0
    (mark, word) =
      switch drill.state {
      case .waiting: ("never", "waits")
      case .running: ("running", "running")
      case .cancelled: ("never", "cancelled")
      case .ended where !isComplete: ("unsure", "stopped")
      case .ended: tally[.missed] > 0 ? ("bad", "\(tally[.missed]) missed") : ("proven", "carried out")
      }
    sentence =
      switch drill.state {
      case .waiting: "This drill waits for its turn."
      case .running where drill.basis == nil: "This drill runs the backup as it is."
      case .running: "This drill has tried \(tally.tried) of \(tally.all) damages."
      case .cancelled where tally.tried == 0: "This drill was cancelled before anything was damaged."
      case .ended where tally.tried == 0: "Nothing was damaged: this drill was stopped."
      case .cancelled where !isComplete, .ended where !isComplete:
        "\(word.capitalizedFirst) after \(tally.tried) of \(tally.all) damages. \(tally.sentence)"
      case .cancelled, .ended: tally.sentence
      }
    now = Self.now(drill, results)
  }

  private static func now(_ drill: DrillRecord, _ results: [DrillResult]) -> String {
    guard drill.state.goesOn else { return "" }
    if drill.state == .waiting { return "Waits for its turn: one drill is carried out at a time." }
    if let reason = drill.waitsFor { return "Waits \(UntrustedText.line(reason))." }
    guard drill.basis != nil else { return "The backup as it is." }
    return results.first { $0.outcome == nil }.map { "What if \(UntrustedText.line($0.damage))?" } ?? ""
  }
}

/// A drill's page: the sentence, what goes on, what was missed and what to do, then everything else.
struct DrillContent: Sendable {
  struct Earlier: Sendable {
    var id: String
    var mark: String
    var word: String
    var when: Moment
  }

  var id: String
  var name: String
  /// Id of the schedule that it belongs to.
  var schedule: String?
  var state: String
  var mark: String
  var word: String
  var sentence: String
  var now: String
  var isLive: Bool
  var hasEnded: Bool
  var done: Int
  var all: Int
  var stopped: String?
  var missed: [DrillRow]
  var hasMissed: Bool
  var rows: [DrillRow]
  var hasRows: Bool
  var when: Moment
  var facts: [RunContent.Fact]
  var earlier: [Earlier]
  var hasEarlier: Bool

  /// - Parameters:
  ///   - others: drills of the same restore test with their results, the newest first.
  ///   - asker: who asked for it.
  init(
    _ drill: DrillRecord, _ results: [DrillResult], schedule: Schedule?,
    others: [(drill: DrillRecord, results: [DrillResult])], asker: String, now date: Date
  ) {
    let (text, tally) = (DrillText(drill, results), DrillTally(results))
    id = drill.id
    name = UntrustedText.line(drill.title, limit: 120)
    self.schedule = schedule?.id
    state = drill.state.rawValue
    (mark, word, sentence, now) = (text.mark, text.word, text.sentence, text.now)
    (isLive, hasEnded) = (drill.state.goesOn, !drill.state.goesOn)
    (done, all) = (tally.tried, max(1, tally.all))
    stopped = drill.stopped.map { UntrustedText.line($0, limit: 600).capitalizedFirst }
    rows = DrillRow.all(results, isRunning: drill.state == .running && drill.waitsFor == nil)
    hasRows = !rows.isEmpty
    missed = rows.filter { $0.hint != nil }
    hasMissed = !missed.isEmpty
    when = Moment(drill.ended ?? drill.started ?? drill.requested, now: date)
    facts = Self.facts(drill, asker: asker, now: date)
    earlier = others.filter { $0.drill.id != drill.id }.map { other in
      let text = DrillText(other.drill, other.results)
      return Earlier(
        id: other.drill.id, mark: text.mark, word: text.word, when: Moment(other.drill.requested, now: date))
    }
    hasEarlier = !earlier.isEmpty
  }

  private static func facts(_ drill: DrillRecord, asker: String, now: Date) -> [RunContent.Fact] {
    func time(_ date: Date) -> String {
      let moment = Moment(date, now: now)
      return "\(moment.ago) (\(moment.zoned))"
    }
    var facts: [RunContent.Fact] = []
    if let file = drill.basis?.file {
      let size = file.size.map { ", \(Quantity.text(bytes: $0))" } ?? ""
      facts.append(.init(name: "File", value: UntrustedText.line(file.name, limit: 200) + size))
    }
    if let basis = drill.basis {
      facts.append(.init(name: "Held against", value: basis.past == nil ? "no baseline yet" : "the last passed run"))
    }
    facts.append(
      .init(name: "Asked for", value: "\(time(drill.requested)), by \(UntrustedText.line(asker, limit: 100))"))
    if let started = drill.started, let ended = drill.ended {
      facts.append(.init(name: "Took", value: Quantity.text(seconds: ended.timeIntervalSince(started))))
    }
    return facts
  }
}
