import Crypto
import Foundation
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

/// What a token, a certificate and the desk's addresses buy, asked over the network.
@Suite(.serialized) struct RemoteTokenTests {
  private func waiting(_ kit: RemoteKit) async throws -> (id: String, ticket: RemoteKit.Ticket) {
    try kit.write("one.sql", "x")
    let id = try kit.request("one.sql")
    return (id, try await kit.ticket(id))
  }

  private func curl(_ kit: RemoteKit, _ path: String, _ more: String...) async throws -> (status: Int, text: String) {
    let answer = try await Shell.run(
      #"curl -sS --insecure -w '\n%{http_code}' "$@""#, ["https://127.0.0.1:\(kit.port)\(path)"] + more)
    let lines = answer.text.split(separator: "\n", omittingEmptySubsequences: false)
    return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
  }

  @Test func `neither another certificate nor another run's token lets a worker begin`() async throws {
    let kit = try await RemoteKit(["starts": "no"])
    let (id, ticket) = try await waiting(kit)
    var other = ticket
    other.certificate = String(repeating: "0", count: 64)
    let refused = try await kit.work(other)
    #expect(refused.code == 2 && refused.text.contains("worker.wrong-certificate"), "\(refused.text)")
    #expect(refused.text.contains("shown: \(ticket.certificate)") && !refused.text.contains(ticket.token))
    let strayed = try await kit.work(ticket, ["--run", "run-another"])
    #expect(strayed.code == 2 && strayed.text.contains("worker.token-of-other-run"), "\(strayed.text)")
    other = ticket
    other.token = "proofback_worker_nobodys"
    let unknown = try await kit.work(other)
    #expect(unknown.code == 2 && unknown.text.contains("worker.token-expired"), "\(unknown.text)")
    #expect(try kit.runs.run(id)?.state == .running, "the run still waits for its own worker")
    #expect(try Alerts(kit.store).open(limit: 10).isEmpty)
    _ = try kit.runs.cancel(id, by: kit.by)
    #expect(try await kit.ended(id).cause == "worker.not-reported")
  }

  @Test func `nothing is sent to a server that shows another certificate`() async throws {
    let kit = try await RemoteKit(["starts": "no"])
    var (_, ticket) = try await waiting(kit)
    try await RemoteKit.makeCertificate(kit.folder + "/other")
    let port = try ServeKit.freePort()
    ticket.server = "https://127.0.0.1:\(port)"
    // It ends after one connection, and writes what it saw.
    let listener = Process()
    listener.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    listener.arguments = [
      "s_server", "-naccept", "1", "-accept", "\(port)", "-cert", kit.folder + "/other.pem", "-key",
      kit.folder + "/other.key",
    ]
    _ = FileManager.default.createFile(atPath: kit.folder + "/seen", contents: nil)
    listener.standardOutput = FileHandle(forWritingAtPath: kit.folder + "/seen")
    listener.standardInput = Pipe()
    try listener.run()
    // The worker asks until somebody listens.
    let refused = try await kit.work(ticket)
    try await RemoteKit.wait("the end of the connection") { !listener.isRunning }
    let seen = try String(contentsOfFile: kit.folder + "/seen", encoding: .utf8)
    #expect(refused.code == 2 && refused.text.contains("worker.wrong-certificate"), "\(refused.text)")
    #expect(seen.contains("CIPHER is"), "the handshake was made: \(seen)")
    #expect(!seen.contains("POST") && !seen.contains(ticket.token))
  }

  @Test func `a token that nobody came with in time is dead, and its run says why`() async throws {
    let kit = try await RemoteKit(["starts": "no", "claim": "1"])
    let (id, ticket) = try await waiting(kit)
    #expect(try await kit.ended(id).cause == "worker.not-come")
    #expect(try await kit.work(ticket).text.contains("worker.token-expired"))
  }

  @Test func `a worker's token opens neither pages nor API, and their tokens nothing at the desk`() async throws {
    let kit = try await RemoteKit(["starts": "no"])
    let (id, ticket) = try await waiting(kit)
    let bearer = "Authorization: Bearer \(ticket.token)"
    for path in ["/api/v1/me", "/api/v1/runs", "/metrics"] {
      #expect(try await curl(kit, path, "-H", bearer).status == 401, "\(path)")
    }
    let page = try await curl(kit, "/runs", "-H", bearer, "-b", "__Host-proofback=\(ticket.token)")
    #expect(page.status == 303 && !page.text.contains("one.sql"))
    let token = try APITokens(kit.store).make(name: "api", scope: .manage, by: kit.by).secret.text
    #expect(try await curl(kit, "/api/v1/me", "-H", "Authorization: Bearer \(token)").status == 200)
    let key = Curve25519.KeyAgreement.PrivateKey().publicKey.rawRepresentation.base64EncodedString()
    let claim = #"{"publicKey":"\#(key)","version":"0.1.0"}"#
    let atDesk = try await curl(kit, WorkerLink.claimPath, "-H", "Authorization: Bearer \(token)", "-d", claim)
    #expect(atDesk.status == 401 && atDesk.text.contains("worker.token-expired"))
    for wrong in [
      ["-d", claim], ["-H", bearer, "-d", "{}"], ["-H", bearer, "-d", String(repeating: "x", count: 5000)],
    ] {
      #expect([400, 401, 413].contains(try await curlAll(kit, WorkerLink.claimPath, wrong).status))
    }
    #expect(try await curl(kit, WorkerLink.eventsPath, "-H", bearer, "-d", "x").status == 400)
    #expect(try await curl(kit, WorkerLink.claimPath, "-H", bearer).status == 404)
    #expect(try await curl(kit, WorkerLink.programPath + ticket.token).status == 404)
    #expect(try kit.runs.run(id)?.state == .running, "none of it has claimed anything")
    let program = try await Shell.run(
      #"curl -sS --insecure "$1" | sha256sum"#, ["https://127.0.0.1:\(kit.port)\(ticket.programPath)"])
    #expect(program.text.hasPrefix(ticket.programSHA256), "\(program.text)")
  }

  private func curlAll(_ kit: RemoteKit, _ path: String, _ more: [String]) async throws -> (status: Int, text: String) {
    let answer = try await Shell.run(
      #"curl -sS --insecure -o /dev/null -w '%{http_code}' "$@""#, ["https://127.0.0.1:\(kit.port)\(path)"] + more)
    return (Int(answer.text) ?? 0, answer.text)
  }

  @Test(arguments: [
    (["--token-file", "/missing"], "go with --server"), (["--server", "ftp://x", "--token-file", "/x"], "no https://"),
    (["--server", "http://example.org", "--token-file", "/x"], "no https://"),
    (["--server", "https://example.org", "--token-file", "/x"], "--certificate-sha256 is missing"),
    (["--server", "https://example.org", "--token-file", "/x", "--certificate-sha256", "ab"], "is no SHA-256"),
    (["--server", "https://example.org"], "--token-file is missing"), (["--run", "x"], "go with --server"),
    (["--server", "http://127.0.0.1:1", "--token-file", "/etc/passwd"], "can be read by others"),
    (["--server", "http://127.0.0.1:1", "--token-file", "/nowhere"], "can't be read"),
  ]) func `command lines that could not work are usage errors`(_ words: [String], _ fact: String) async throws {
    let answer = try await Shell.run(#""$@" 2>&1"#, [BuiltProgram.proofback, "worker"] + words)
    #expect(answer.code == 64 && answer.text.contains(fact), "\(answer.text)")
  }
}
