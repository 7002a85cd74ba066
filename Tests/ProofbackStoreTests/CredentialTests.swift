import Foundation
import GRDB
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

@Suite struct CredentialTests {
  private let secret = Data("AGE-SECRET-KEY-1PLANTED".utf8)

  @Test func `a secret comes back for a run, and stands nowhere in the clear`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let stored = try kit.credentials.add(
      name: "nightly", kind: .decryptionKey, description: "age identity", hosts: [], secret: secret, by: kit.actor(ada))
    #expect(try kit.credentials.open(stored.id).content == secret)
    #expect(try kit.written().range(of: secret) == nil)
    #expect(try kit.credentials.all().map(\.name) == ["nightly"])
  }

  @Test func `the same name and the same secret are refused`() throws {
    let kit = try StoreKit()
    let by = kit.actor(try kit.manager())
    _ = try kit.credentials.add(name: "a", kind: .passphrase, description: "", hosts: [], secret: secret, by: by)
    #expect(throws: StoreError.alreadyThere) {
      try kit.credentials.add(
        name: "A", kind: .passphrase, description: "", hosts: [], secret: Data("other".utf8), by: by)
    }
    #expect(throws: StoreError.alreadyThere) {
      try kit.credentials.add(name: "b", kind: .passphrase, description: "", hosts: [], secret: secret, by: by)
    }
  }

  @Test func `a sealed secret opens under its own id and its own master key only`() throws {
    let kit = try StoreKit()
    let by = kit.actor(try kit.manager())
    let one = try kit.credentials.add(
      name: "one", kind: .passphrase, description: "", hosts: [], secret: secret, by: by)
    let two = try kit.credentials.add(
      name: "two", kind: .passphrase, description: "", hosts: [], secret: Data("two".utf8), by: by)
    // Somebody with the database swaps what is sealed.
    let raw = try DatabaseQueue(path: kit.folder + "/state.sqlite")
    try raw.write {
      try $0.execute(
        sql: "UPDATE credential SET sealed = (SELECT sealed FROM credential WHERE id = ?) WHERE id = ?",
        arguments: [one.id, two.id])
    }
    #expect(throws: StoreError.wrongMasterKey) { try kit.credentials.open(two.id) }
    let other = Credentials(kit.database, vault: Vault(try MasterKey.load(path: kit.folder + "/other.key")))
    #expect(throws: StoreError.wrongMasterKey) { try other.open(one.id) }
  }

  @Test func `a change keeps the secret, seals a new passphrase, and leaves a line in the trail`() throws {
    let kit = try StoreKit()
    let by = kit.actor(try kit.manager())
    var stored = try kit.credentials.add(
      name: "old", kind: .decryptionKey, description: "key", hosts: [], secret: secret, passphrase: Data("before".utf8),
      by: by)
    (stored.name, stored.hosts) = ("new", ["db1"])
    try kit.credentials.change(stored, passphrase: nil, by: by)
    #expect(try kit.credentials.credential(stored.id) == stored)
    #expect(try kit.credentials.open(stored.id).passphrase == Data("before".utf8))
    try kit.credentials.change(stored, passphrase: Data("a new planted passphrase".utf8), by: by)
    let opened = try kit.credentials.open(stored.id)
    #expect(opened.content == secret && opened.passphrase == Data("a new planted passphrase".utf8))
    #expect(opened.name == "new")
    #expect(try kit.written().range(of: Data("a new planted passphrase".utf8)) == nil)
    #expect(
      try kit.trail.page(AuditFilter(), before: nil, limit: 2).lines.map(\.details) == [
        "new, a new passphrase", "new, was old, for db1",
      ])
    let other = try kit.credentials.add(
      name: "other", kind: .passphrase, description: "", hosts: [], secret: Data("o".utf8), by: by)
    var taken = other
    taken.name = "NEW"
    #expect(throws: StoreError.alreadyThere) { try kit.credentials.change(taken, passphrase: nil, by: by) }
    taken.id = "nosuchid"
    #expect(throws: StoreError.notThere) { try kit.credentials.change(taken, passphrase: nil, by: by) }
  }

  @Test func `the master key is made once with mode 0600, and one that others can read is refused`() throws {
    let kit = try StoreKit()
    let path = kit.folder + "/made.key"
    _ = try MasterKey.load(path: path)
    let content = try Data(contentsOf: URL(fileURLWithPath: path))
    _ = try MasterKey.load(path: path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    #expect(throws: MasterKeyError.readByOthers(path)) { try MasterKey.load(path: path) }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    try Data("no key\n".utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    #expect(throws: MasterKeyError.noKey(path)) { try MasterKey.load(path: path) }
  }
}
