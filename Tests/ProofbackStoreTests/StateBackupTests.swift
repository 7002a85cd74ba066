import Foundation
import GRDB
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

@Suite struct StateBackupTests {
  private let secret = Data("AGE-SECRET-KEY-1PLANTED".utf8)

  private func kit() throws -> StoreKit {
    let kit = try StoreKit()
    let ada = try kit.manager()
    _ = try kit.credentials.add(
      name: "k", kind: .passphrase, description: "", hosts: [], secret: secret, passphrase: nil, by: kit.actor(ada))
    return kit
  }

  private func backup(_ kit: StoreKit) throws -> String {
    let path = kit.folder + "/backup"
    _ = try StateBackup.write(StateDatabase(reading: kit.folder + "/state.sqlite"), to: path)
    return path
  }

  private func restored(_ path: String, into folder: String, key: String, replaces: Bool = false) throws
    -> StateRestore.Done
  {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return try StateRestore(path, into: folder, key: KeyFile(key)).carryOut(
      replaces: replaces, origin: "test", now: Date(timeIntervalSince1970: 1_800_000_100))
  }

  @Test func `a backup is one file of one moment, for its owner only, and nothing in it is in the clear`() throws {
    let kit = try kit()
    let path = try backup(kit)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(bytes.range(of: secret) == nil)
    // Neither a log is needed beside it nor one left.
    #expect(bytes[18] == 1)
    let names = try FileManager.default.contentsOfDirectory(atPath: kit.folder)
    #expect(names.filter { $0.hasPrefix("backup") } == ["backup"])
  }

  @Test func `a backup replaces an older one, and no other file`() throws {
    let kit = try kit()
    let path = try backup(kit)
    _ = try backup(kit)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: StateFileError.otherFile(path)) { try backup(kit) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("mine".utf8))
  }

  @Test func `what a restore would refuse is no backup: the changed line is named, and the older file stays`() throws {
    let kit = try kit()
    let path = try backup(kit)
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    let other = try DatabaseQueue(path: kit.folder + "/state.sqlite")
    try other.write {
      try $0.execute(sql: "DROP TRIGGER auditIsNotChanged; UPDATE audit SET at = at + 1 WHERE number = 2")
    }
    #expect(throws: StateFileError.auditBroken(2)) { try backup(kit) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == good)
    let names = try FileManager.default.contentsOfDirectory(atPath: kit.folder)
    #expect(names.filter { $0.hasPrefix("backup") } == ["backup"])
  }

  @Test func `it comes back whole into an empty folder, and nobody is logged in any more`() throws {
    let kit = try kit()
    let ada = try #require(try kit.people.all().first)
    let token = try kit.sessions.start(ada, address: "", now: kit.noon)
    let folder = kit.folder + "/new"
    let done = try restored(backup(kit), into: folder, key: kit.folder + "/master.key")
    #expect(done == StateRestore.Done(keptAside: nil, secrets: 1))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["state.sqlite"])
    let state = try StateDatabase(path: folder + "/state.sqlite")
    let key = try state.masterKey(KeyFile(kit.folder + "/master.key"), settles: false, now: kit.noon)
    let credentials = Credentials(state, vault: Vault(key))
    #expect(try credentials.open(credentials.all()[0].id).content == secret)
    #expect(try Sessions(state).session(token, now: kit.noon) == nil)
    #expect(try kit.sessions.session(token, now: kit.noon) != nil)
    #expect(try AuditTrail(state).page(AuditFilter(), limit: 1).lines[0].what == "state.restored")
  }

  @Test func `a state that is there is kept aside, and only when that was asked for`() throws {
    let kit = try kit()
    let path = try backup(kit)
    let place = kit.folder + "/state.sqlite"
    let key = kit.folder + "/master.key"
    #expect(throws: StateFileError.occupied(place)) { try restored(path, into: kit.folder, key: key) }
    try kit.database.close()
    let aside = try #require(try restored(path, into: kit.folder, key: key, replaces: true).keptAside)
    let old = try StateDatabase(reading: aside + "/state.sqlite")
    #expect(try AuditTrail(old).newest()?.number == 2)
    #expect(try AuditTrail(StateDatabase(reading: place)).newest()?.number == 3)
  }

  @Test func `a file that is no whole state, is newer, or opens with another key is refused, and nothing changes`()
    throws
  {
    let kit = try kit()
    let path = try backup(kit)
    let key = kit.folder + "/master.key"
    let folder = kit.folder + "/new"
    func refused(_ error: any Error & Equatable, _ change: (DatabaseQueue) throws -> Void) throws {
      let copy = kit.folder + "/changed"
      try? FileManager.default.removeItem(atPath: copy)
      try FileManager.default.copyItem(atPath: path, toPath: copy)
      let queue = try DatabaseQueue(path: copy)
      try change(queue)
      try queue.close()
      let thrown = #expect(throws: (any Error).self) { try restored(copy, into: folder, key: key) }
      #expect(
        "\(String(describing: thrown!))".hasPrefix("\(error)".prefix { $0 != "(" }), "\(String(describing: thrown))")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
    try refused(StoreError.newerState("")) {
      try $0.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9 of the future')") }
    }
    try refused(StateFileError.notState) { try $0.write { try $0.execute(sql: "DROP TABLE grdb_migrations") } }
    try refused(StateFileError.auditBroken(1)) {
      try $0.write { try $0.execute(sql: "DROP TRIGGER auditIsNotChanged; UPDATE audit SET at = at + 1") }
    }
    try refused(StateFileError.orphans(1)) {
      try $0.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA foreign_keys = OFF; DELETE FROM person")
      }
    }
    try refused(StoreError.wrongMasterKey) {
      try $0.write { try $0.execute(sql: "UPDATE vaultKey SET mark = x'00'; UPDATE credential SET sealed = x'00'") }
    }
    try Data("no database".utf8).write(to: URL(fileURLWithPath: kit.folder + "/text"))
    #expect(throws: StateFileError.notState) { try restored(kit.folder + "/text", into: folder, key: key) }
    #expect(throws: StateFileError.unreadable("/nowhere")) { try restored("/nowhere", into: folder, key: key) }
    #expect(throws: StoreError.noMasterKey(folder + "/master.key")) {
      try restored(path, into: folder, key: folder + "/master.key")
    }
  }

  @Test func `a damaged file is refused`() throws {
    let kit = try kit()
    let path = try backup(kit)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for index in 8192..<12288 { bytes[index] = 0 }
    try bytes.write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: StateFileError.self) {
      try restored(path, into: kit.folder + "/new", key: kit.folder + "/master.key")
    }
    if case .damaged? = error {} else { Issue.record("\(String(describing: error))") }
  }
}
