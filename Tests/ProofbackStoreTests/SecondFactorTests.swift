import Foundation
import GRDB
import ProofbackCore
import ProofbackTestSupport
import Testing

@testable import ProofbackStore

@Suite struct SecondFactorTests {
  private func kit() throws -> (StoreKit, SecondFactors, Person) {
    let kit = try StoreKit()
    let vault = Vault(try MasterKey.load(path: kit.folder + "/master.key"))
    return (kit, SecondFactors(kit.database, vault: vault), try kit.manager())
  }

  private func at(_ seconds: Double, _ person: Person) -> Actor {
    Actor(person: person.id, at: Date(timeIntervalSince1970: seconds), address: "")
  }

  /// RFC 6238, appendix B, the rows of SHA-1.
  @Test(
    arguments: [
      (59.0, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
      (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ])
  func `codes are those of the standard`(_ seconds: Double, _ code: String) {
    let codes = TimeCode(secret: Data("12345678901234567890".utf8), digits: 8)
    #expect(codes.code(step: TimeCode.step(at: Date(timeIntervalSince1970: seconds))) == code)
  }

  /// RFC 4648, section 10.
  @Test func `a key is written as the standard says`() {
    let words = ["": "", "f": "MY", "fo": "MZXQ", "foo": "MZXW6", "foob": "MZXW6YQ", "foobar": "MZXW6YTBOI"]
    for (word, text) in words { #expect(Base32.text(Data(word.utf8)) == text) }
  }

  @Test func `it counts once a code was seen, no code counts twice, and old ones do not count`() throws {
    let (kit, factors, ada) = try kit()
    let secret = try factors.begin(for: ada.id, by: at(3000, ada))
    #expect(try !factors.isOn(for: ada.id))
    #expect(try factors.begun(for: ada.id) == secret)
    let row = try #require(try kit.database.read { try Data.fetchOne($0, sql: "SELECT sealed FROM secondFactor") })
    let vault = Vault(try MasterKey.load(path: kit.folder + "/master.key"))
    let codes = TimeCode(secret: try vault.open(row, id: SecondFactorSchema.label(ada.id)))
    #expect(Base32.text(codes.secret) == secret.text)
    #expect(try factors.confirm("000000", for: ada.id, by: at(3000, ada)) == nil)
    #expect(try factors.confirm(codes.code(step: 100), for: ada.id, by: at(3000, ada))?.count == 10)
    #expect(try factors.isOn(for: ada.id) && factors.begun(for: ada.id) == nil)
    #expect(throws: StoreError.alreadyThere) { try factors.begin(for: ada.id, by: at(3000, ada)) }
    #expect(try !factors.accepts(codes.code(step: 100), of: ada.id, by: at(3000, ada)))
    #expect(try factors.accepts(codes.code(step: 101), of: ada.id, by: at(3030, ada)))
    #expect(try !factors.accepts(codes.code(step: 101), of: ada.id, by: at(3030, ada)))
    #expect(try !factors.accepts(codes.code(step: 103), of: ada.id, by: at(3300, ada)))
  }

  @Test func `a recovery code works once and for its person only; whoever turns it off needs none`() throws {
    let (kit, factors, ada) = try kit()
    let ben = try kit.people.add(
      login: "ben", name: "Ben", role: .user, password: "a long password", by: kit.actor(ada))
    _ = try factors.begin(for: ada.id, by: at(3000, ada))
    let row = try #require(try kit.database.read { try Data.fetchOne($0, sql: "SELECT sealed FROM secondFactor") })
    let vault = Vault(try MasterKey.load(path: kit.folder + "/master.key"))
    let codes = TimeCode(secret: try vault.open(row, id: SecondFactorSchema.label(ada.id)))
    let recovery = try #require(try factors.confirm(codes.code(step: 100), for: ada.id, by: at(3000, ada)))
    #expect(try !factors.accepts(recovery[0], of: ben.id, by: at(3000, ben)))
    #expect(try factors.accepts(recovery[0].uppercased(), of: ada.id, by: at(3000, ada)))
    #expect(try !factors.accepts(recovery[0], of: ada.id, by: at(3000, ada)))
    #expect(try kit.written().range(of: Data(recovery[1].utf8)) == nil)
    try factors.turnOff(for: ada.id, by: at(3000, ada))
    #expect(try !factors.isOn(for: ada.id) && !factors.accepts(recovery[1], of: ada.id, by: at(3000, ada)))
    #expect(throws: StoreError.notThere) { try factors.turnOff(for: ada.id, by: at(3000, ada)) }
  }
}
