import Foundation
import GRDB
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

@Suite struct AuditTests {
  private func kit(_ credentials: [String]) throws -> (StoreKit, Person) {
    let kit = try StoreKit()
    let ada = try kit.manager()
    for name in credentials {
      _ = try kit.credentials.add(
        name: name, kind: .passphrase, description: "", hosts: [], secret: Data(name.utf8), passphrase: nil,
        by: kit.actor(ada))
    }
    return (kit, ada)
  }

  @Test func `who did what when from where is written down, and the chain holds`() throws {
    let (kit, ada) = try kit(["k"])
    let page = try kit.trail.page(AuditFilter())
    #expect(page.lines.map(\.what) == ["credential.added", "person.set-up"])
    #expect(page.lines[0].who == ada.id && page.lines[0].name == "Ada")
    #expect(page.lines[0].origin == "192.0.2.1" && page.lines[0].details == "k, passphrase")
    #expect(page.older == nil)
    let newest = try #require(try kit.trail.newest())
    #expect(newest.number == 2 && newest.hash.count == 64)
    #expect(try kit.trail.verify().0 == .holds(newest: newest))
  }

  @Test func `a line is neither changed nor deleted, and whoever does it anyway is found out`() throws {
    let (kit, _) = try kit(["k0", "k1", "k2"])
    let raw = try DatabaseQueue(path: kit.folder + "/state.sqlite")
    #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: "UPDATE audit SET what = 'x'") } }
    #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: "DELETE FROM audit") } }
    try raw.write {
      try $0.execute(sql: "DROP TRIGGER auditIsNotChanged; UPDATE audit SET details = 'other' WHERE number = 2")
    }
    #expect(try kit.trail.verify().0 == .broken(line: 2))
  }

  @Test func `lines cut off the end are found by a hash that was noted, and by nothing else`() throws {
    let (kit, _) = try kit(["k0", "k1"])
    let noted = try #require(try kit.trail.newest())
    #expect(try kit.trail.verify(expecting: noted.hash).hasExpected)
    let raw = try DatabaseQueue(path: kit.folder + "/state.sqlite")
    try raw.write { try $0.execute(sql: "DROP TRIGGER auditIsNotDeleted; DELETE FROM audit WHERE number = 3") }
    let (result, hasExpected) = try kit.trail.verify(expecting: noted.hash)
    #expect(result == .holds(newest: try kit.trail.newest()))
    #expect(!hasExpected)
  }

  @Test func `pages follow each other without gap or repeat`() throws {
    let (kit, _) = try kit((0..<6).map { "k\($0)" })
    var numbers: [Int64] = []
    var before: Int64?
    repeat {
      let page = try kit.trail.page(AuditFilter(), before: before, limit: 3)
      numbers += page.lines.map(\.number)
      before = page.older
    } while before != nil
    #expect(numbers == [7, 6, 5, 4, 3, 2, 1])
  }

  @Test func `a person's lines and a text's are found, and a text means itself`() throws {
    let (kit, ada) = try kit(["100%", "100_", "other"])
    #expect(try kit.trail.page(AuditFilter(text: "0%")).lines.map(\.details) == ["100%, passphrase"])
    #expect(try kit.trail.page(AuditFilter(text: "0_")).lines.map(\.details) == ["100_, passphrase"])
    #expect(try kit.trail.page(AuditFilter(text: "PERSON.")).lines.count == 1)
    #expect(try kit.trail.page(AuditFilter(text: "'; DROP TABLE audit")).lines.isEmpty)
    #expect(try kit.trail.page(AuditFilter(person: ada.id, text: "other")).lines.count == 1)
    #expect(try kit.trail.page(AuditFilter(person: "nobody")).lines.isEmpty)
  }
}
