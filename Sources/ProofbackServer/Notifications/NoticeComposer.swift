import Foundation
import ProofbackCore

/// Writes what people are told. Whatever comes from files, dumps and people is capped and escaped here, for all channels.
struct NoticeComposer: Sendable {
  let state: ServerState

  /// Nil: there is nothing to tell any more.
  func notice(_ message: OutboxMessage) throws -> Notice? {
    if let id = message.run {
      guard let run = try state.kept.history.run(id) else { return nil }
      return about(run, try state.kept.history.report(id), message)
    }
    let alerts = try state.kept.alerts.alerts(message.alerts)
    return alerts.isEmpty ? nil : about(alerts, message)
  }

  /// For trying a channel.
  func test(of channel: Channel, by name: String) -> Notice {
    let text = "this is a test of the channel \(UntrustedText.line(channel.name, limit: 100))"
    return Notice(
      id: Identifier.make(), reason: .test, state: "test", subject: "test: \(text)", cause: text,
      hint: "nothing; it shows that messages get through", link: state.publicAddress,
      facts: [("asked by", UntrustedText.line(name, limit: 100))], at: state.now())
  }

  // MARK: Runs

  private func about(_ run: RunRecord, _ report: RunReport?, _ message: OutboxMessage) -> Notice {
    let state = run.verdict?.spoken ?? "could not tell"
    let backup = UntrustedText.line(run.fileName ?? run.title, limit: 80) + place(run)
    let told = UntrustedText.line(run.causeText, limit: 300)
    let cause = message.reason == .recovery ? "restorable again: \(told)" : told
    let code = run.cause
    let hint = FormWords.hint(
      report?.causeFinding?.hint ?? ServerFindings.all.first { $0.code.rawValue == code }?.nextStep ?? "")
    return Notice(
      id: message.id, reason: message.reason, state: state, subject: "\(state): \(backup): \(cause)", cause: cause,
      hint: UntrustedText.line(hint, limit: 300), link: "\(self.state.publicAddress)/runs/\(run.id)",
      facts: facts(run, report), run: run, at: run.ended ?? message.created)
  }

  /// ` on db1`, where it is another machine.
  private func place(_ run: RunRecord) -> String {
    let server = (try? state.kept.history.definition(run.id))?.server
    let name = server.flatMap { try? state.kept.servers.server($0)?.name }
    let host = name ?? (try? state.facilities.read(run.location, nil))?.host
    return host.map { " on \(UntrustedText.line($0, limit: 60))" } ?? ""
  }

  private func facts(_ run: RunRecord, _ report: RunReport?) -> [(name: String, value: String)] {
    var facts: [(name: String, value: String)] = [("restore test", UntrustedText.line(run.title, limit: 100))]
    facts.append(("location", UntrustedText.line(run.location, limit: 300)))
    if let file = run.fileName {
      let size = run.fileSize.map { ", \(Quantity.text(bytes: UInt64(max(0, $0))))" } ?? ""
      facts.append(("file", UntrustedText.line(file) + size))
    }
    if let modified = report?.source?.modified { facts.append(("written", modified.ISO8601Format())) }
    let stages = (report?.stages ?? []).map { "\($0.name.rawValue) \(Quantity.text(seconds: $0.seconds))" }
    if !stages.isEmpty { facts.append(("tried", stages.joined(separator: ", "))) }
    if let engine = report?.engine {
      facts.append(("restored into", UntrustedText.line("\(engine.product) \(engine.version)")))
    }
    if let hash = report?.source?.sha256 { facts.append(("sha256", hash)) }
    if let late = run.late { facts.append(("late", "it began \(Quantity.text(seconds: late)) after its time")) }
    if let code = run.cause { facts.append(("finding", UntrustedText.line(code, limit: 80))) }
    if let ended = run.ended { facts.append(("ended", ended.ISO8601Format())) }
    return facts
  }

  // MARK: Alerts

  /// More than one fit into one message.
  private static let mostListed = 30

  private func about(_ alerts: [Alert], _ message: OutboxMessage) -> Notice {
    let now = state.now()
    if alerts.count == 1 {
      let cause = AlertText.fact(alerts[0], now: now)
      // Nothing is silent where a token was stolen.
      let word = alerts[0].kind == .claim ? "alarm" : "silent"
      return Notice(
        id: message.id, reason: .silence, state: word,
        subject: "\(word): \(AlertText.name(alerts[0])): \(cause)", cause: "\(AlertText.name(alerts[0])): \(cause)",
        hint: AlertText.hint(alerts[0].kind), link: state.publicAddress + AlertText.path(alerts[0]),
        facts: [("since", alerts[0].since.ISO8601Format())], at: message.created)
    }
    let names = alerts.prefix(3).map(AlertText.name).joined(separator: ", ")
    let more = alerts.count > 3 ? " and \(alerts.count - 3) more" : ""
    let cause = "\(Quantity.text(alerts.count, "alarm")): \(names)\(more)"
    return Notice(
      id: message.id, reason: .silence, state: "silent", subject: "silent: \(cause)", cause: cause,
      hint: "see home: each is listed there with its cause", link: state.publicAddress + "/",
      facts: alerts.prefix(Self.mostListed).map { (AlertText.name($0), AlertText.fact($0, now: now)) },
      at: message.created)
  }
}
