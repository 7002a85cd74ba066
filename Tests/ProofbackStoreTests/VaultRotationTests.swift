import Foundation
import GRDB
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

@Suite struct VaultRotationTests {
  private static let secrets = ["one": Data("AGE-SECRET-KEY-1PLANTED".utf8), "two": Data("another".utf8)]

  private func kit() throws -> StoreKit {
    let kit = try StoreKit()
    let ada = try kit.manager()
    for (name, secret) in Self.secrets {
      _ = try kit.credentials.add(
        name: name, kind: .passphrase, description: "", hosts: [], secret: secret,
        passphrase: Data("of \(name)".utf8), by: kit.actor(ada))
    }
    _ = try kit.database.masterKey(KeyFile(kit.folder + "/master.key"), settles: true, now: kit.noon)
    return kit
  }

  /// The credentials as a start after now sees them.
  private func reopened(_ kit: StoreKit) throws -> Credentials {
    let state = try StateDatabase(path: kit.folder + "/state.sqlite")
    let key = try state.masterKey(KeyFile(kit.folder + "/master.key"), settles: true, now: kit.noon)
    return Credentials(state, vault: Vault(key))
  }

  private func secrets(_ credentials: Credentials) throws -> [String: Data] {
    try Dictionary(
      uniqueKeysWithValues: credentials.all().map { credential in
        let opened = try credentials.open(credential.id)
        #expect(opened.passphrase == Data("of \(credential.name)".utf8))
        return (credential.name, opened.content)
      })
  }

  private func keyFiles(_ kit: StoreKit) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: kit.folder).filter { $0.hasPrefix("master") }.sorted()
  }

  @Test func `all secrets open with the new key only, and the same secret is still found`() throws {
    let kit = try kit()
    let file = KeyFile(kit.folder + "/master.key")
    let before = try Data(contentsOf: URL(fileURLWithPath: file.path))
    #expect(try VaultRotation(kit.database, file).carryOut(origin: "test", now: kit.noon) == 4)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) != before)
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(try keyFiles(kit) == ["master.key"])
    let credentials = try reopened(kit)
    #expect(try secrets(credentials) == Self.secrets)
    // With the key of before, which the kit still holds.
    let id = try #require(try kit.credentials.all().first?.id)
    #expect(throws: StoreError.wrongMasterKey) { try kit.credentials.open(id) }
    let by = kit.actor(try #require(try kit.people.all().first))
    #expect(throws: StoreError.alreadyThere) {
      try credentials.add(
        name: "three", kind: .passphrase, description: "", hosts: [], secret: Self.secrets["one"]!, passphrase: nil,
        by: by)
    }
    #expect(try kit.trail.page(AuditFilter(), limit: 1).lines.first?.what == "vault.rotated")
  }

  @Test(arguments: VaultRotation.Step.allCases)
  func `killed at any step, the next start opens everything and leaves one key`(_ step: VaultRotation.Step) throws {
    let kit = try kit()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: BuiltProgram.path("TestRotation"))
    process.arguments = [kit.folder, step.rawValue]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == 9)
    // Whoever may not tidy up finds the right key too.
    let state = try StateDatabase(path: kit.folder + "/state.sqlite")
    let key = try state.masterKey(KeyFile(kit.folder + "/master.key"), settles: false, now: kit.noon)
    #expect(try secrets(Credentials(state, vault: Vault(key))) == Self.secrets)
    #expect(try secrets(reopened(kit)) == Self.secrets)
    #expect(try keyFiles(kit) == ["master.key"])
    let file = KeyFile(kit.folder + "/master.key")
    #expect(try VaultRotation(state, file).carryOut(origin: "test", now: kit.noon) == 4)
    #expect(try secrets(reopened(kit)) == Self.secrets)
    #expect(try kit.trail.verify().0 != .broken(line: 1))
  }

  @Test func `a key that does not fit is refused, and nothing changes`() throws {
    let kit = try kit()
    let other = KeyFile(kit.folder + "/other.key")
    _ = try MasterKey.load(path: other.path)
    #expect(throws: StoreError.wrongMasterKey) {
      try VaultRotation(kit.database, other).carryOut(origin: "test", now: kit.noon)
    }
    #expect(throws: StoreError.noMasterKey(kit.folder + "/none.key")) {
      try kit.database.masterKey(KeyFile(kit.folder + "/none.key"), settles: true, now: kit.noon)
    }
    #expect(try secrets(reopened(kit)) == Self.secrets)
  }

  @Test func `every sealed column is on the list`() throws {
    let kit = try kit()
    let raw = try DatabaseQueue(path: kit.folder + "/state.sqlite")
    let sealed = try raw.read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c \
          WHERE m.type = 'table' AND c.type = 'BLOB' AND c.name LIKE '%seal%' ORDER BY 1
          """)
    }
    #expect(sealed == SealedColumns.names.sorted())
  }
}
