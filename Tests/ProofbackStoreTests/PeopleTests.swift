import Foundation
import GRDB
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

@Suite struct PeopleTests {
  @Test func `the setup link makes one manager and works once`() throws {
    let kit = try StoreKit()
    let first = try #require(try kit.people.makeSetupToken(now: kit.noon))
    let second = try #require(try kit.people.makeSetupToken(now: kit.noon))
    #expect(try !kit.people.isSetupToken(first))
    let ada = try kit.people.setUp(
      second, login: "ada", name: "Ada", password: "correct horse battery", now: kit.noon, from: "192.0.2.9")
    #expect(ada.role == .manager)
    #expect(try kit.trail.lines().map(\.origin) == ["192.0.2.9"])
    #expect(throws: StoreError.notThere) {
      try kit.people.setUp(
        second, login: "eve", name: "Eve", password: "correct horse battery", now: kit.noon, from: "192.0.2.9")
    }
    #expect(try kit.people.makeSetupToken(now: kit.noon) == nil)
  }

  @Test func `a password opens its own account and no other, in any case of the login`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    #expect(try kit.people.authenticate(login: "ADA", password: "correct horse battery")?.id == ada.id)
    #expect(try kit.people.authenticate(login: "ada", password: "correct horse batterY") == nil)
    #expect(try kit.people.authenticate(login: "nobody", password: "correct horse battery") == nil)
  }

  /// The third test vector of RFC 7914, section 12: a hash that another program made opens, and a damaged one does not.
  @Test(arguments: [
    ("16384$8$1", true), ("16384$8$2", false), ("16383$8$1", false), ("0$8$1", false), ("-16384$8$1", false),
    ("16384$8$9223372036854775807", false),
  ])
  func `a password is known by the scrypt hash that is stored`(_ cost: String, _ opens: Bool) throws {
    let kit = try StoreKit()
    _ = try kit.manager()
    let salt = Data("SodiumChloride".utf8).base64EncodedString()
    let hash = "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI="
    try DatabaseQueue(path: kit.folder + "/state.sqlite").write {
      try $0.execute(
        sql: "UPDATE person SET passwordHash = ?", arguments: ["scrypt$\(cost)$\(salt)$\(hash)"])
    }
    #expect((try kit.people.authenticate(login: "ada", password: "pleaseletmein") != nil) == opens)
  }

  @Test func `a session ends when it is idle, old, or its person is removed`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let ben = try kit.people.add(
      login: "ben", name: "Ben", role: .user, password: "correct horse battery", by: kit.actor(ada))
    let token = try kit.sessions.start(ben, address: "192.0.2.1", now: kit.noon)
    #expect(try kit.sessions.session(token, now: kit.noon.addingTimeInterval(3600))?.person.id == ben.id)
    #expect(try kit.sessions.session(token, now: kit.noon.addingTimeInterval(14 * 3600)) == nil)
    #expect(try kit.sessions.session(Token("made up"), now: kit.noon) == nil)
    try kit.people.remove(ben.id, by: kit.actor(ada))
    #expect(try kit.sessions.session(token, now: kit.noon.addingTimeInterval(3600)) == nil)
    #expect(try kit.people.authenticate(login: "ben", password: "correct horse battery") == nil)
    #expect(try kit.people.person(ben.id)?.name == "Ben")
  }

  @Test func `the last manager stays, and a removed login may be given again`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    #expect(throws: StoreError.lastManager) { try kit.people.remove(ada.id, by: kit.actor(ada)) }
    let ben = try kit.people.add(
      login: "ben", name: "Ben", role: .user, password: "correct horse battery", by: kit.actor(ada))
    #expect(throws: StoreError.alreadyThere) {
      try kit.people.add(login: "BEN", name: "B", role: .user, password: "correct horse battery", by: kit.actor(ada))
    }
    try kit.people.remove(ben.id, by: kit.actor(ada))
    _ = try kit.people.add(
      login: "ben", name: "Another", role: .user, password: "correct horse battery", by: kit.actor(ada))
    #expect(try kit.people.all().count == 2)
  }

  @Test func `a new password ends all sessions but the one it was set in`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let here = try kit.sessions.start(ada, address: "", now: kit.noon)
    let elsewhere = try kit.sessions.start(ada, address: "", now: kit.noon)
    try kit.people.setPassword("another long password", of: ada.id, keeping: here, by: kit.actor(ada))
    #expect(try kit.sessions.session(here, now: kit.noon) != nil)
    #expect(try kit.sessions.session(elsewhere, now: kit.noon) == nil)
    #expect(try kit.people.authenticate(login: "ada", password: "correct horse battery") == nil)
  }

  @Test func `neither passwords nor tokens stand in the database`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let token = try kit.sessions.start(ada, address: "", now: kit.noon)
    let written = try kit.written()
    #expect(written.range(of: Data("ada".utf8)) != nil)
    #expect(written.range(of: Data("correct horse".utf8)) == nil)
    #expect(written.range(of: Data(token.text.utf8)) == nil)
  }
}
