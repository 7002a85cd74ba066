import Foundation
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

@Suite struct APITokenTests {
  @Test func `a token is known by what its holder shows, notes its use, and ends when it is revoked`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let tokens = APITokens(kit.database)
    let (token, secret) = try tokens.make(name: "jenkins", scope: .run, by: kit.actor(ada))
    #expect(token.lastUsed == nil)
    let used = try #require(try tokens.use(secret, now: kit.noon))
    #expect(used.person.id == ada.id && used.token.scope == .run)
    #expect(try tokens.tokens(of: ada.id).map(\.lastUsed) == [kit.noon])
    #expect(try tokens.use(Token("proofback_other"), now: kit.noon) == nil)
    #expect(throws: StoreError.alreadyThere) { try tokens.make(name: "Jenkins", scope: .read, by: kit.actor(ada)) }
    #expect(try kit.written().range(of: Data(secret.text.utf8)) == nil)
    try tokens.revoke(token.id, by: kit.actor(ada))
    #expect(try tokens.use(secret, now: kit.noon) == nil)
    #expect(try kit.trail.lines().prefix(2).map(\.what) == ["api-token.revoked", "api-token.made"])
  }

  @Test func `tokens end with their person, and nobody revokes those of another`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let ben = try kit.people.add(
      login: "ben", name: "Ben", role: .user, password: "correct horse battery", by: kit.actor(ada))
    let tokens = APITokens(kit.database)
    let (token, secret) = try tokens.make(name: "t", scope: .read, by: kit.actor(ben))
    #expect(throws: StoreError.notThere) { try tokens.revoke(token.id, by: kit.actor(ada)) }
    try kit.people.remove(ben.id, by: kit.actor(ada))
    #expect(try tokens.use(secret, now: kit.noon) == nil)
    #expect(try tokens.tokens(of: ben.id).isEmpty)
  }

  @Test func `scopes include those before them`() {
    #expect(TokenScope.manage.includes(.read) && TokenScope.run.includes(.read) && TokenScope.run.includes(.run))
    #expect(!TokenScope.read.includes(.run) && !TokenScope.run.includes(.manage))
  }

  @Test func `open sessions are listed, and the others can be ended`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let here = try kit.sessions.start(ada, address: "192.0.2.1", now: kit.noon)
    let there = try kit.sessions.start(ada, address: "192.0.2.2", now: kit.noon)
    let listed = try kit.sessions.open(of: ada.id, own: here, now: kit.noon)
    #expect(Set(listed.map(\.address)) == ["192.0.2.1", "192.0.2.2"])
    #expect(listed.filter(\.isOwn).map(\.address) == ["192.0.2.1"])
    #expect(try kit.sessions.open(of: ada.id, own: here, now: kit.noon.addingTimeInterval(13 * 3600)).isEmpty)
    try kit.sessions.endOthers(of: ada.id, keeping: here, by: kit.actor(ada))
    #expect(try kit.sessions.session(there, now: kit.noon) == nil)
    #expect(try kit.sessions.session(here, now: kit.noon) != nil)
  }

  @Test func `runs are counted as they end, once each`() throws {
    let kit = try StoreKit()
    let by = kit.actor(try kit.manager())
    func request() throws -> RunRecord {
      try kit.runs.request(RestoreTestDefinition(location: "/x"), title: "x", restoreTest: nil, by: by)
    }
    let (first, second) = (try request(), try request())
    #expect(try kit.runs.statistics().waiting == 2)
    #expect(try kit.runs.statistics().longestWaiting == kit.noon)
    _ = try kit.runs.claim(first.id, by: "d", now: kit.noon)
    let report = RunReport(
      runID: "r", verdict: .passed, cause: nil, sentence: "", findings: [],
      stages: [StageRecord(name: .import, seconds: 1.5, bytes: 10)], inventory: nil, engine: nil, sandbox: nil,
      source: nil, layers: [], depth: .full, started: kit.noon, seconds: 2)
    for _ in 0..<2 { try kit.runs.end(first.id, report, now: kit.noon) }
    _ = try kit.runs.cancel(second.id, by: by)
    let all = try kit.runs.statistics()
    #expect(all.ended == [.passed: 1, .inconclusive: 1])
    #expect(all.stages == [.init(stage: .import, runs: 1, seconds: 1.5, bytes: 10)])
    #expect(all.waiting == 0 && all.running == 0 && all.longestWaiting == nil)
  }
}
