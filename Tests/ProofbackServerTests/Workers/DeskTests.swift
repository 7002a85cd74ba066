import Foundation
import ProofbackCore
import ProofbackServer
import Testing

/// What a token buys at the desk, and what it does not.
@Suite struct DeskTests {
  /// The code that a refusal has.
  private func refusal(_ body: () throws -> Void) -> String? {
    do { try body() } catch let refusal as WorkerRefusal { return refusal.code } catch { return "\(error)" }
    return nil
  }

  private func trouble(_ kit: DeskKit, _ ticket: WorkerTicket) async -> String? {
    do { _ = try await kit.desk.report(ticket) } catch { return (error as? RunTrouble)?.finding.code.rawValue }
    return nil
  }

  @Test func `an assignment goes to one key, sealed, as often as it asks, until it is confirmed`() async throws {
    let kit = try DeskKit()
    let ticket = try await kit.open()
    #expect(ticket.token.hasPrefix("proofback_worker_") && ticket.certificateSHA256 == DeskKit.certificate)
    let worker = DeskVisitor(kit)
    let claim = WorkerClaim(publicKey: worker.key.publicKey.rawRepresentation, version: "1", run: "run-one")
    guard case .sealed(let first) = kit.desk.claim(ticket.token, claim, from: ""),
      case .sealed(let second) = kit.desk.claim(ticket.token, claim, from: "")
    else {
      Issue.record("the claim was refused")
      return
    }
    #expect(first.sealed == second.sealed && first.encapsulatedKey == second.encapsulatedKey)
    #expect(first.sealed.firstRange(of: Data(DeskKit.secret.utf8)) == nil)
    #expect(throws: (any Error).self) { try DeskVisitor(kit).open(first) }
    #expect(try worker.open(second).secrets.passphrase?.content == Data(DeskKit.secret.utf8))
    #expect(try worker.send([], first: 0).next == 0)
    #expect(try worker.claim(ticket.token) == "worker.token-used")
    try worker.send([.log("one"), .ended(.passed("another"))], first: 0)
    #expect(try await kit.desk.report(ticket).runID == "run-one", "a report is of the run that it was asked for")
    await kit.desk.close(ticket)
    await kit.desk.close(ticket)
    #expect(kit.events.texts == ["one", "ended"])
    #expect(try worker.send([.ended(.passed("another"))], first: 1).next == 2, "the answer may have been lost")
    #expect(try kit.store.alerts.open(limit: 10).isEmpty)
  }

  @Test func `a second key is refused, ends the run, alerts once and is in the audit trail`() async throws {
    let kit = try DeskKit()
    let ticket = try await kit.open()
    let (worker, thief) = (DeskVisitor(kit), DeskVisitor(kit))
    #expect(try worker.claim(ticket.token) == nil)
    try worker.send([], first: 0)
    #expect(try thief.claim(ticket.token) == "worker.second-claim")
    #expect(await trouble(kit, ticket) == "worker.second-claim")
    #expect(refusal { try worker.send([], first: 0) } == "worker.run-over")
    await kit.desk.close(ticket)
    #expect(try DeskVisitor(kit).claim(ticket.token) == "worker.second-claim", "late thieves are told of, too")
    let alerts = try kit.store.alerts.open(limit: 10)
    #expect(alerts.map(\.kind) == [.claim] && alerts.first?.subject == "one")
    #expect(alerts.first.map { AlertText.fact($0, now: kit.store.noon) }?.contains("from 192.0.2.7") == true)
    #expect(try kit.store.trail.lines().map(\.what).first == "run.token-shown-twice")
    #expect(try kit.store.trail.firstBrokenLine() == nil)
    try kit.store.alerts.closeClaims(before: kit.store.noon, now: kit.store.noon)
    #expect(try kit.store.alerts.open(limit: 10).count == 1)
    try kit.store.alerts.closeClaims(before: kit.store.noon + 1, now: kit.store.noon)
    #expect(try kit.store.alerts.open(limit: 10).isEmpty)
  }

  @Test func `tokens that are wrong, of another run, of another version or too late buy nothing`() async throws {
    let kit = try DeskKit()
    let ticket = try await kit.open()
    let worker = DeskVisitor(kit)
    #expect(try worker.claim("proofback_worker_nonsense") == "worker.token-expired")
    #expect(try worker.claim(ticket.token, run: "run-two") == "worker.token-of-other-run")
    #expect(try worker.claim(ticket.token, run: "run-one") == nil, "a mistake of that kind costs the run nothing")
    let late = try await kit.open(within: 0.05)
    #expect(await trouble(kit, late) == "worker.not-come")
    #expect(try worker.claim(late.token) == "worker.token-expired")
    let other = try await kit.open()
    #expect(try worker.claim(other.token, version: "2") == "worker.other-version")
    #expect(await trouble(kit, other) == "worker.other-version")
    let broken = try await kit.open()
    let claim = WorkerClaim(publicKey: Data([1, 2, 3]), version: "1", run: nil)
    guard case .refused(let refusal) = kit.desk.claim(broken.token, claim, from: "") else {
      Issue.record("three bytes were taken for a key")
      return
    }
    #expect(refusal.code == "worker.refused")
  }

  @Test func `wrong tokens from one address are answered at a bounded rate`() async throws {
    let kit = try DeskKit()
    let ticket = try await kit.open()
    let worker = DeskVisitor(kit)
    let answers = try (0..<2000).map { _ in try worker.claim("proofback_worker_x") }
    #expect(answers.contains("worker.too-many-requests"))
    #expect(try worker.claim(ticket.token) == nil, "right ones are not held up")
  }

  @Test func `requests count once, whole, in order and with the worker's own seal`() async throws {
    let kit = try DeskKit()
    let (one, two) = (try await kit.open(), try await kit.open(DeskKit.assignment("run-two")))
    let (worker, other) = (DeskVisitor(kit), DeskVisitor(kit))
    try worker.claim(one.token)
    try other.claim(two.token)
    let body = Data(WorkerProtocol.line(.log("a")) ?? [])
    let head = worker.head(first: 0, body)
    _ = try kit.desk.admit(head).take(body)
    #expect(refusal { _ = try kit.desk.admit(head) } == "worker.refused", "seen before")
    #expect(refusal { _ = try kit.desk.admit(worker.head(first: 1, body, number: 1)) } == "worker.refused")
    worker.number = 10
    var foreign = other.head(first: 0, body)
    foreign.ticket = worker.ticket
    #expect(refusal { _ = try kit.desk.admit(foreign) } == "worker.refused", "another run's worker")
    var changed = worker.head(first: 1, body)
    changed.first = 0
    #expect(refusal { _ = try kit.desk.admit(changed) } == "worker.refused")
    for seal in ["", "zz", String(repeating: "0", count: 64), String(repeating: "é", count: 32)] {
      var unsealed = worker.head(first: 1, body)
      unsealed.seal = seal
      #expect(refusal { _ = try kit.desk.admit(unsealed) } == "worker.refused")
    }
    #expect(refusal { _ = try kit.desk.admit(worker.head(first: 1, body)).take(body + body) } == "worker.refused")
    let unknown = RequestHead(ticket: "nobody", number: 1, first: 0, digest: head.digest, seal: head.seal)
    #expect(refusal { _ = try kit.desk.admit(unknown) } == "worker.run-over")
    #expect(kit.events.texts == ["a"])
  }

  @Test func `events that come again are taken once, and none after a gap`() async throws {
    let kit = try DeskKit()
    let ticket = try await kit.open()
    let worker = DeskVisitor(kit)
    try worker.claim(ticket.token)
    let events = ["a", "b", "c", "d"].map(RunEvent.log)
    #expect(try worker.send(Array(events[0...1]), first: 0).next == 2)
    #expect(try worker.send(Array(events[0...2]), first: 0).next == 3)
    #expect(try worker.send(Array(events[3...]), first: 5).next == 3)
    #expect(try worker.send(Array(events[3...]), first: 3).next == 4)
    #expect(kit.events.texts == ["a", "b", "c", "d"])
    let harmful = Data("{\"log\":{\"_0\":\"\\u001b[31mred\"}}\nnonsense\n\n{}\n".utf8)
    #expect(try kit.desk.admit(worker.head(first: 4, harmful)).take(harmful).next == 7)
    #expect(kit.events.texts.suffix(2) == ["\\u{1b}[31mred", "the worker sent a line that is no event"])
  }

  @Test func `requests of one worker are let in at a bounded rate`() async throws {
    let kit = try DeskKit()
    let ticket = try await kit.open()
    let worker = DeskVisitor(kit)
    try worker.claim(ticket.token)
    let answers = (0..<2000).map { _ in refusal { try worker.send([], first: 0) } }
    #expect(answers.first == .some(nil) && answers.contains("worker.too-many-requests"))
  }

  @Test func `silence past the lease, a run past its time and one that is cancelled end, each with its code`()
    async throws
  {
    let kit = try DeskKit {
      $0.lease = 0.2
      $0.farewell = 0.1
    }
    let silent = try await kit.open()
    let worker = DeskVisitor(kit)
    try worker.claim(silent.token)
    #expect(await trouble(kit, silent) == "worker.silent")
    #expect(refusal { try worker.send([], first: 0) } == "worker.run-over")
    let never = try await kit.open()
    let waiting = Task { await trouble(kit, never) }
    waiting.cancel()
    #expect(await waiting.value == "worker.not-reported")
    #expect(try worker.claim(never.token) == "worker.token-expired")
    let patient = try DeskKit {
      $0.farewell = 0.1
      $0.grace = -60
    }
    let overdue = try await patient.open(within: 1)
    try DeskVisitor(patient).claim(overdue.token)
    #expect(await trouble(patient, overdue) == "worker.overdue")
  }

  @Test func `a worker hears of a cancelled run, and its report still counts`() async throws {
    let kit = try DeskKit()
    let ticket = try await kit.open()
    let worker = DeskVisitor(kit)
    try worker.claim(ticket.token)
    #expect(try !worker.send([], first: 0).cancels)
    let waiting = Task { try await kit.desk.report(ticket) }
    waiting.cancel()
    while try !worker.send([], first: 0).cancels { try await Task.sleep(for: .milliseconds(60)) }
    try worker.send([.ended(.passed("run-one"))], first: 0)
    #expect(try await waiting.value.verdict == .passed)
  }

  @Test func `the desk opens nothing where workers could not reach or not know the server`() async throws {
    for (server, certificate) in [
      ("http://proofback.example.org", nil), ("https://proofback.example.org", nil),
      ("http://10.0.0.7:8080", DeskKit.certificate),
    ] {
      let kit = try DeskKit(server: server, certificate: certificate)
      await #expect(throws: RunTrouble.self) { try await kit.open() }
    }
    #expect(try await DeskKit(server: "http://127.0.0.1:8080", certificate: nil).open().certificateSHA256.isEmpty)
  }

  @Test func `the program goes to whoever has its key, so many times, while the run lives`() async throws {
    let kit = try DeskKit()
    let ticket = try await kit.open()
    let key = String(ticket.programPath.dropFirst(WorkerLink.programPath.count))
    #expect(!ticket.programPath.contains(ticket.token) && key.count > 40)
    let program = try #require(kit.desk.program(for: key))
    let file = try Data(contentsOf: URL(fileURLWithPath: "/usr/bin/true"))
    var read: [UInt8] = []
    while let bytes = try program.read(at: Int64(read.count)) { read += bytes }
    #expect(Data(read) == file && program.size == Int64(file.count))
    #expect(kit.desk.program(for: ticket.token) == nil && kit.desk.program(for: "") == nil)
    #expect((0..<100).contains { _ in kit.desk.program(for: key) == nil })
    let other = try await kit.open()
    await kit.desk.close(other)
    #expect(kit.desk.program(for: String(other.programPath.dropFirst(WorkerLink.programPath.count))) == nil)
  }
}
