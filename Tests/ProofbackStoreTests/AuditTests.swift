import Foundation
import GRDB
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

@Suite struct AuditTests {
  @Test func `who did what when from where is written down, and the chain holds`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    _ = try kit.credentials.add(
      name: "k", kind: .passphrase, description: "", hosts: [], secret: Data("s".utf8), by: kit.actor(ada))
    let lines = try kit.trail.lines()
    #expect(lines.map(\.what) == ["credential.added", "person.set-up"])
    #expect(lines[0].who == ada.id)
    #expect(lines[0].origin == "192.0.2.1")
    #expect(try kit.trail.firstBrokenLine() == nil)
  }

  @Test func `a line is neither changed nor deleted, and whoever does it anyway is found out`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    for number in 0..<3 {
      _ = try kit.credentials.add(
        name: "k\(number)", kind: .passphrase, description: "", hosts: [], secret: Data("\(number)".utf8),
        by: kit.actor(ada))
    }
    let raw = try DatabaseQueue(path: kit.folder + "/state.sqlite")
    #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: "UPDATE audit SET what = 'x'") } }
    #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: "DELETE FROM audit") } }
    try raw.write {
      try $0.execute(sql: "DROP TRIGGER auditIsNotChanged; UPDATE audit SET details = 'other' WHERE number = 2")
    }
    #expect(try kit.trail.firstBrokenLine() == 2)
  }
}
