import Foundation
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

@Suite struct AccountCareTests {
  private let new = "a password on a slip"

  private func ben(_ kit: StoreKit, _ ada: Person) throws -> Person {
    try kit.people.add(login: "ben", name: "Ben", role: .user, password: "correct horse battery", by: kit.actor(ada))
  }

  @Test func `a role holds in sessions that are open, and the last manager keeps it`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let ben = try ben(kit, ada)
    let token = try kit.sessions.start(ben, address: "", now: kit.noon)
    #expect(throws: StoreError.lastManager) { try kit.people.setRole(.user, of: ada.id, by: kit.actor(ada)) }
    try kit.people.setRole(.manager, of: ben.id, by: kit.actor(ada))
    #expect(try kit.sessions.session(token, now: kit.noon)?.person.role == .manager)
    try kit.people.setRole(.user, of: ada.id, by: kit.actor(ben))
    #expect(try kit.people.person(ada.id)?.role == .user)
    #expect(try kit.trail.lines(limit: 1).first?.details == "ada, manager to user")
    #expect(throws: StoreError.notThere) { try kit.people.setRole(.user, of: "nobody", by: kit.actor(ben)) }
  }

  @Test func `a password that others set ends sessions and tokens, and keeps codes`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let ben = try ben(kit, ada)
    let factors = SecondFactors(kit.database, vault: Vault(try MasterKey.load(path: kit.folder + "/master.key")))
    _ = try factors.begin(for: ben.id, by: kit.actor(ben))
    let session = try kit.sessions.start(ben, address: "", now: kit.noon)
    let secret = try APITokens(kit.database).make(name: "t", scope: .run, by: kit.actor(ben)).secret
    try kit.people.resetPassword(new, of: ben.id, by: kit.actor(ada))
    #expect(try kit.sessions.session(session, now: kit.noon) == nil)
    #expect(try APITokens(kit.database).use(secret, now: kit.noon) == nil)
    #expect(try kit.people.authenticate(login: "ben", password: new)?.id == ben.id)
    #expect(try kit.people.authenticate(login: "ben", password: "correct horse battery") == nil)
    #expect(try factors.begun(for: ben.id) != nil)
    let line = try #require(try kit.trail.lines(limit: 1).first)
    #expect(line.what == "person.password-reset" && line.who == ada.id && line.about == ben.id)
    #expect(throws: StoreError.notThere) { try kit.people.resetPassword(new, of: "nobody", by: kit.actor(ada)) }
  }

  @Test func `on the machine itself codes can be turned off with it, and the trail says where it was done`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let factors = SecondFactors(kit.database, vault: Vault(try MasterKey.load(path: kit.folder + "/master.key")))
    _ = try factors.begin(for: ada.id, by: kit.actor(ada))
    func reset(_ login: String, turnsOffCodes: Bool) throws -> Bool {
      try kit.people.resetPassword(
        new, ofLogin: login, turnsOffCodes: turnsOffCodes, now: kit.noon, origin: "on the machine itself")
    }
    #expect(try !reset("ADA", turnsOffCodes: false))
    #expect(try factors.begun(for: ada.id) != nil)
    #expect(try reset("ada", turnsOffCodes: true))
    #expect(try factors.begun(for: ada.id) == nil)
    let lines = try kit.trail.lines(limit: 3)
    #expect(lines.map(\.what) == ["second-factor.turned-off", "person.password-reset", "person.password-reset"])
    #expect(lines.allSatisfy { $0.origin == "on the machine itself" && $0.who == nil && $0.about == ada.id })
    #expect(throws: StoreError.notThere) { try reset("nobody", turnsOffCodes: false) }
    #expect(try kit.trail.firstBrokenLine() == nil)
  }

  @Test func `a refused login is a line with person and address, and none for a login that is nobody's`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    kit.people.noteRefusal("nobody", why: "wrong password", at: kit.noon, from: "192.0.2.7")
    kit.people.noteRefusal("Ada", why: "wrong password", at: kit.noon, from: "192.0.2.7")
    // Writes follow one another: what was left for later comes before this.
    _ = try kit.sessions.start(ada, address: "", now: kit.noon)
    let lines = try kit.trail.lines()
    #expect(lines.map(\.what) == ["session.started", "login.refused", "person.set-up"])
    #expect(lines[1].about == ada.id && lines[1].details == "ada, wrong password" && lines[1].origin == "192.0.2.7")
    #expect(lines[1].who == nil)
  }
}
