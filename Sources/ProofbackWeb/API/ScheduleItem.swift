import Foundation
import ProofbackCore
import ProofbackServer

/// A schedule with its restore test: what can be set, under the names by which it is set, and how it stands.
struct ScheduleItem: Encodable, Sendable {
  struct Result: Encodable, Sendable {
    var run: String
    var verdict: Verdict?
    var ended: Date?
  }

  struct BaselineItem: Encodable, Sendable {
    /// The passed run that left it.
    var run: String
    var time: Date
    var tables: Int
  }

  var id: String
  var restoreTest: String
  var name: String
  var server: String?
  var location: String
  /// Where that is, as runs say it: `db1:/var/backups`.
  var place: String
  var file: String?
  var type: String?
  /// Ids of credentials.
  var decryptionKeys: [String]
  var passphrase: String?
  var proofKey: String?
  var maxAge: String?
  var minSize: String?
  /// Nil: it need not be encrypted.
  var requireEncryption: Bool?
  /// Whom it may be encrypted to; nil: anybody.
  var recipients: [String]?
  /// `sessions, cache_*`
  var volatileTables: String?
  /// `rows-lost=30%, future=5%`
  var tolerances: String?
  /// Of one's own; nil: none.
  var checks: [String]?
  var opensslCipher: String?
  var depth: String
  /// Bounds of its runs; nil: the usual ones.
  var timeout: String?
  var memory: String?
  var disk: String?
  /// Id; nil: the server's own machine.
  var workplace: String?
  /// A kind of sandbox; nil: the image's kind, else the usual one.
  var sandbox: String?
  var image: String?
  /// Of the engines.
  var options: [String: String]?
  var frequency: String
  var time: String?
  var weekday: Int?
  var monthday: Int?
  var cron: String?
  var timeZone: String
  var repetition: String
  var times: Int?
  var until: String?
  /// Of what people are told.
  var tellOf: [String]
  /// Ids; none: by every channel.
  var channels: [String]
  var heartbeat: String?
  /// In words.
  var when: String
  var created: Date
  var paused: Date?
  var next: Date?
  /// The next five; in answers about one schedule only.
  var nextTimes: [Date]?
  /// What its next run is held against; in answers about one schedule only, nil when there is nothing.
  var baseline: BaselineItem?
  var lastRun: Result?
  var lastProven: Date?

  /// - Parameters:
  ///   - servers: names of the backup servers, by their ids.
  ///   - isAlone: with its next times, which take a while to work out.
  init(_ one: ScheduleStanding, servers: [String: String], baseline: KeptBaseline? = nil, now: Date, isAlone: Bool) {
    let (schedule, standing) = (one.schedule, one.standing)
    let form = ScheduleRequests.Form(schedule)
    func given(_ text: String) -> String? { text.isEmpty ? nil : text }
    id = schedule.id
    restoreTest = schedule.test.id
    name = schedule.test.name
    server = given(form.run.server)
    location = form.run.location
    place = FileAndFolder.place(schedule.test.definition, servers: servers)
    file = given(form.run.file)
    type = given(form.run.type)
    decryptionKeys = form.run.decryptionKeys
    (passphrase, proofKey) = (given(form.run.passphrase), given(form.run.proofKey))
    maxAge = given(form.run.maxAge)
    minSize = given(form.run.minSize)
    requireEncryption = form.run.requireEncryption ? true : nil
    recipients = schedule.test.definition.encryption?.recipients.map(\.text)
    if recipients == [] { recipients = nil }
    (volatileTables, tolerances) = (given(form.run.volatileTables), given(form.run.tolerances))
    checks = schedule.test.definition.checks?.map(\.text)
    opensslCipher = given(form.run.opensslCipher)
    depth = form.run.depth
    (timeout, memory, disk) = (given(form.run.timeout), given(form.run.memory), given(form.run.disk))
    workplace = given(form.run.workplace)
    (sandbox, image) = (given(form.run.sandbox), given(form.run.image))
    options = form.run.options.isEmpty ? nil : form.run.options
    frequency = form.frequency
    time = form.frequency == "cron" ? nil : form.time
    weekday = form.frequency == "weekly" ? Int(form.weekday) : nil
    monthday = form.frequency == "monthly" ? Int(form.monthday) : nil
    cron = given(form.cron)
    timeZone = form.timeZone
    repetition = form.repetition
    times = form.repetition == "times" ? Int(form.times) : nil
    until = given(form.until)
    tellOf = form.notifications.reasons.map(\.rawValue).sorted()
    channels = form.notifications.channels
    heartbeat = given(form.notifications.heartbeat)
    when = RuleText.text(schedule.rule)
    created = schedule.created
    paused = schedule.paused
    next = schedule.paused == nil ? schedule.next : nil
    nextTimes = isAlone ? Self.times(schedule, now: now) : nil
    self.baseline = baseline.map { BaselineItem(run: $0.run, time: $0.at, tables: $0.tables) }
    lastRun = standing.lastRun.flatMap { run in
      standing.recent.first.map { Result(run: run, verdict: $0, ended: standing.ended) }
    }
    lastProven = standing.proven
  }

  private static func times(_ schedule: Schedule, now: Date) -> [Date] {
    guard schedule.paused == nil, schedule.next != nil else { return [] }
    return schedule.rule.next(min(5, schedule.remaining ?? 5), after: now)
      .filter { time in schedule.until.map { time <= $0 } ?? true }
  }
}
