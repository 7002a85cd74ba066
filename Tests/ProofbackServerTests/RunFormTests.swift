import Foundation
import ProofbackCore
import ProofbackServer
import ProofbackStore
import ProofbackTestSupport
import Testing

/// A launcher whose worker says its secrets aloud.
private struct TalkativeLauncher: Launcher {
  let name = "talkative"

  func launch(_ assignment: Assignment, events: any EventSink) async throws -> RunReport {
    let secret = assignment.secrets.passphrase.map { String(decoding: $0.content, as: UTF8.self) } ?? ""
    events.send(.log("gpg said: \(secret) is not it, nor \(secret)"))
    return SteerableLauncher.passed(assignment)
  }
}

@Suite struct RedactorTests {
  @Test func `a secret that a worker says is not in the log`() async throws {
    let secret = "swordfish-\(UUID().uuidString)"
    let kit = try ServerKit(TalkativeLauncher())
    let key = try kit.store.credentials.add(
      name: "k", kind: .passphrase, description: "", hosts: [], secret: Data(secret.utf8), by: kit.by)
    let run = try kit.request("\(kit.store.folder)/a", passphrase: key.id)
    try await kit.carryOut()
    let lines = try kit.store.runs.lines(run.id, after: 0, limit: 100).map(\.text)
    #expect(lines.contains("gpg said: [secret] is not it, nor [secret]"), "\(lines)")
    #expect(try kit.store.written().range(of: Data(secret.utf8)) == nil)
  }

  @Test func `keys are taken out line by line, and what is no secret stays`() {
    var secrets = RunSecrets()
    let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAAB3NzaC1\n-----END OPENSSH PRIVATE KEY-----\n"
    secrets.sshKey = NamedSecret(name: "k", content: Data(key.utf8), passphrase: Data("opensesame".utf8))
    secrets.passphrase = NamedSecret(name: "p", content: Data("a".utf8))
    let redactor = Redactor(secrets)
    #expect(redactor.clean("x b3BlbnNzaC1rZXk y opensesame") == "x [secret] y [secret]")
    #expect(redactor.clean("a -----BEGIN OPENSSH PRIVATE KEY-----") == "a -----BEGIN OPENSSH PRIVATE KEY-----")
  }
}

/// Bounds and options of a run, from the form to the worker's assignment.
@Suite struct RunFormTests {
  @Test func `bounds and options that a form gives are those of the run, and others are the usual ones`() async throws {
    let launcher = SteerableLauncher { assignment in
      let limits = assignment.specification.limits
      guard limits.seconds == 4 * 3600, limits.memoryBytes == 8_000_000_000, limits.diskBytes == Limits().diskBytes,
        assignment.specification.engineOptions == ["database": "shop"],
        assignment.specification.encryption?.recipients.map(\.text) == ["b@x.example"],
        assignment.specification.opensslCipher == "aes-256-ctr",
        assignment.specification.volatileTables == ["sessions", "cache_*"],
        assignment.specification.tolerances == [.rowsLost: 0.3, .future: 0.05],
        assignment.specification.profileKey == nil, assignment.specification.baseline == nil
      else { throw RunTrouble(ServerFindings.internalError, "\(assignment.specification)") }
      return SteerableLauncher.passed(assignment)
    }
    let kit = try ServerKit(launcher)
    var form = RunRequests.Form()
    form.location = kit.store.folder + "/a"
    (form.timeout, form.memory) = ("4h", "8GB")
    (form.recipients, form.opensslCipher) = (" b@x.example\r\nb@x.example", "aes-256-ctr")
    (form.volatileTables, form.tolerances) = ("sessions, cache_* sessions", "rows-lost=30%, future = 0.05")
    form.options = ["database": "shop", "collection": ""]
    let run = try RunRequests(kit.state).request(form, by: kit.by)
    try await kit.carryOut()
    #expect(try kit.store.runs.run(run.id)?.verdict == .passed)
  }
}
