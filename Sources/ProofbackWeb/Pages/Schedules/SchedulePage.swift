import Foundation
import ProofbackCore
import ProofbackServer

/// A schedule's page.
struct SchedulePage: Sendable {
  struct Time: Sendable {
    var text: String
  }

  struct HeldAgainst: Sendable {
    /// Nil when its results are gone.
    var run: String?
    var time: Moment
    var tables: String

    init(_ kept: KeptBaseline, hasRun: Bool, zone: String, now: Date) {
      run = hasRun ? kept.run : nil
      time = Moment(kept.at, now: now, zone: zone)
      tables = Quantity.text(kept.tables, "table")
    }
  }

  struct LastDrill: Sendable {
    var id: String
    var text: String
    var time: Moment

    init(_ drill: DrillRecord, _ results: [DrillResult], zone: String, now: Date) {
      id = drill.id
      text = DrillText(drill, results).sentence
      time = Moment(drill.ended ?? drill.requested, now: now, zone: zone)
    }
  }

  var id: String
  var name: String
  var sentence: String
  var mark: String
  var word: String
  var location: String
  var file: String
  var type: String
  var when: String
  var zone: String
  var repetition: String
  var keys: String
  /// How many of one's own there are, in words.
  var checks: String
  var isPaused: Bool
  /// Who is told of what.
  var tells: String
  /// What its next run is held against.
  var baseline: HeldAgainst?
  /// Nil when it was never drilled.
  var drill: LastDrill?
  var alerts: [String]
  var times: [Time]
  var hasTimes: Bool
  var hasResults: Bool
  var resultsText: String
  /// Rendered.
  var previous: String

  /// - Parameters:
  ///   - runs: the newest first, as many as the strip shows and one more.
  ///   - keys: names of the credentials that it uses.
  ///   - previous: what has come of it, as HTML.
  init(
    _ schedule: Schedule, _ standing: Standing, runs: [RunRecord], keys: [String], servers: [String: String],
    channels: [Channel], baseline: HeldAgainst?, drill: LastDrill?, alerts: [Alert], previous: String, now: Date
  ) {
    let (definition, zone) = (schedule.test.definition, schedule.rule.timeZone)
    id = schedule.id
    name = UntrustedText.line(schedule.test.name, limit: 120)
    location = FileAndFolder.place(definition, servers: servers)
    file = definition.filePattern.map { UntrustedText.line($0, limit: 200) } ?? "the location itself"
    type = definition.type?.rawValue ?? "found from the bytes"
    when = RuleText.text(schedule.rule)
    self.zone = zone
    repetition = Self.repetition(schedule)
    self.keys = keys.isEmpty ? "none" : keys.joined(separator: ", ")
    let own = definition.checks?.count ?? 0
    checks = own == 0 ? "none: see what is proposed" : Quantity.text(own, "check")
    isPaused = schedule.paused != nil
    tells = NotifyFields.text(definition.notifications, channels: channels)
    (self.baseline, self.drill) = (baseline, drill)
    self.alerts = alerts.filter { $0.subject == schedule.test.id }.map { AlertText.fact($0, now: now) }
    times = Self.nextTimes(schedule, now: now)
    hasTimes = !times.isEmpty
    hasResults = !runs.isEmpty
    resultsText = runs.count > PreviousRestores.inStrip ? "its results" : "its \(Quantity.text(runs.count, "result"))"
    self.previous = previous
    let state = runs.first { $0.state == .ended }.map { ProofState($0) }
    (mark, word) = (state?.mark ?? "never", state?.word ?? "never tested")
    let proven = standing.proven.map { Ago.text($0, now: now) }
    let name = name
    sentence = proven.map { "\(name) was last proven restorable \($0)." } ?? "\(name) was never proven restorable."
  }

  private static func nextTimes(_ schedule: Schedule, now: Date) -> [Time] {
    guard schedule.paused == nil, schedule.next != nil else { return [] }
    return schedule.rule.next(min(5, schedule.remaining ?? 5), after: now)
      .filter { time in schedule.until.map { time <= $0 } ?? true }
      .map {
        Time(text: "\(ZonedTime.weekday($0, schedule.rule.timeZone)) \(ZonedTime.text($0, schedule.rule.timeZone))")
      }
  }

  private static func repetition(_ schedule: Schedule) -> String {
    if let remaining = schedule.remaining { return remaining == 1 ? "once more" : "\(remaining) more times" }
    return schedule.until.map { "until \(ZonedTime.text($0, schedule.rule.timeZone).prefix(10))" } ?? "for ever"
  }
}
