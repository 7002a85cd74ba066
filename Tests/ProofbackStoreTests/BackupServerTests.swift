import Foundation
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

@Suite struct BackupServerTests {
  private func server(_ kit: StoreKit, _ by: Actor, name: String = "db1") throws -> (BackupServer, Credential) {
    let key = try kit.credentials.add(
      name: "key of \(name)", kind: .sshKey, description: "", hosts: [], secret: Data(name.utf8), by: by)
    let server = try BackupServers(kit.database).add(
      BackupServerSetup(
        name: name, address: "ssh://backup@\(name)", credential: key.id, hostKeys: "\(name) ssh-ed25519 AAAA"), by: by)
    return (server, key)
  }

  @Test func `a server and its key can't be deleted while something needs them`() throws {
    let kit = try StoreKit()
    let by = kit.actor(try kit.manager())
    let servers = BackupServers(kit.database)
    let (server, key) = try server(kit, by)
    #expect(throws: StoreError.inUse(["backup server db1"])) { try kit.credentials.delete(key.id, by: by) }
    let schedule = try kit.schedules.add(
      name: "nightly", RestoreTestDefinition(server: server.id, location: "/srv/a.sql"),
      ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC"), .forEver, by: by)
    #expect(throws: StoreError.inUse(["nightly"])) { try servers.delete(server.id, by: by) }
    try kit.schedules.delete(schedule.id, by: by)
    try servers.delete(server.id, by: by)
    try kit.credentials.delete(key.id, by: by)
    #expect(try servers.all().isEmpty)
  }

  @Test func `runs say where their backup lay, also when the server is gone`() throws {
    let kit = try StoreKit()
    let by = kit.actor(try kit.manager())
    let (server, _) = try server(kit, by)
    let run = try kit.runs.request(
      RestoreTestDefinition(server: server.id, location: "/srv/a.sql"), title: "a", restoreTest: nil, by: by)
    try BackupServers(kit.database).delete(server.id, by: by)
    #expect(try kit.runs.run(run.id)?.location == "db1:/srv/a.sql")
  }

  @Test func `two servers can't have one name`() throws {
    let kit = try StoreKit()
    let by = kit.actor(try kit.manager())
    let servers = BackupServers(kit.database)
    let (one, key) = try server(kit, by)
    let (two, _) = try server(kit, by, name: "db2")
    #expect(throws: StoreError.alreadyThere) {
      var setup = two.setup
      setup.name = "DB1"
      try servers.change(two.id, setup, by: by)
    }
    let changed = BackupServerSetup(name: "db1", address: "ssh://b@c", credential: key.id, hostKeys: "x")
    try servers.change(one.id, changed, by: by)
    #expect(try servers.server(one.id)?.address == "ssh://b@c")
    #expect(throws: StoreError.notThere) { try servers.delete("nobody", by: by) }
  }

  @Test func `a repository's password can't be deleted while it is needed, and one without a login is kept`() throws {
    let kit = try StoreKit()
    let by = kit.actor(try kit.manager())
    let servers = BackupServers(kit.database)
    let password = try kit.credentials.add(
      name: "nights", kind: .repositoryPassword, description: "", hosts: [], secret: Data("pw".utf8), by: by)
    let setup = BackupServerSetup(
      name: "vault", address: "restic://local?repository=/srv/r", credential: nil, password: password.id,
      authority: "-----BEGIN CERTIFICATE-----")
    let server = try servers.add(setup, by: by)
    #expect(try servers.server(server.id)?.setup == setup)
    #expect(throws: StoreError.inUse(["backup server vault"])) { try kit.credentials.delete(password.id, by: by) }
    try servers.delete(server.id, by: by)
    try kit.credentials.delete(password.id, by: by)
  }

  @Test func `a path on a server becomes a location that reads back`() {
    let setup = BackupServerSetup(name: "s", address: "ssh://b@h:22", credential: nil)
    let server = BackupServer(id: "s", setup, created: Date(), createdBy: "")
    #expect(server.location("/srv/a b?#%.sql") == "ssh://b@h:22/srv/a%20b%3F%23%25.sql")
    #expect(server.location("~/x") == "ssh://b@h:22/~/x")
    #expect(server.location("~") == "ssh://b@h:22/~")
  }
}
