import Foundation
import ProofbackTestSupport
import Testing

/// The care of the state with the program itself, beside a server and without one.
@Suite(.serialized) struct StateCareTests {
  struct Answer {
    var code: Int32
    var text: String
  }

  private func call(_ arguments: String...) async throws -> Answer {
    try await Task.detached {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: BuiltProgram.proofback)
      process.arguments = arguments
      let output = Pipe()
      process.standardOutput = output
      process.standardError = output
      try process.run()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return Answer(code: process.terminationStatus, text: String(decoding: data, as: UTF8.self))
    }.value
  }

  @Test func `the audit page says who did what in words, and what others wrote is text`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    _ = try await manager.get("/credentials")
    _ = try await manager.post(
      "/credentials", ["name": "<img src=x>", "kind": "passphrase", "secret": "planted-secret-of-the-audit"])
    let page = try await manager.get("/audit").text
    #expect(page.contains("added a credential") && page.contains("became the first manager"))
    #expect(page.contains("&lt;img src=x&gt;") && !page.contains("<img src=x>"))
    #expect(page.contains("127.0.0.1") && !page.contains("planted-secret"))
    // Who became the first manager is said once, and no link is without words.
    #expect(!page.contains(/<a href="[^"]*"><\/a>/))
    // Times as on all pages: how long ago, the exact one for who points at it and for scripts.
    #expect(page.contains(/<time datetime="20[0-9T:-]+Z" title="20[0-9: -]+ UTC">just now<\/time>/))
    let found = try await manager.get("/audit?text=passphrase&person=").text
    #expect(found.contains("added a credential") && !found.contains("became the first manager"))
    #expect(try await manager.get("/audit?text=%22%3E%3Cscript%3E&before=x").text.contains("<script>") == false)
    #expect(try await manager.get("/audit?person=nobody").text.contains("Nothing of this kind"))
  }

  @Test func `beside a server the trail is checked and the state backed up; what needs it alone is refused`()
    async throws
  {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    _ = try await manager.get("/credentials")
    _ = try await manager.post(
      "/credentials", ["name": "k", "kind": "passphrase", "secret": "planted-secret-of-the-care"])
    let (state, backup) = (kit.folder + "/state", kit.folder + "/backup.sqlite")
    let verified = try await call("audit", "verify", "--state-folder", state)
    #expect(verified.code == 0 && verified.text.contains("all 3 lines of the audit trail hold"), "\(verified)")
    let hash = String(verified.text.split(separator: "newest: ")[1].prefix(64))
    #expect(try await call("audit", "verify", "--state-folder", state, "--expect", hash).code == 0)
    let other = String(repeating: "0", count: 64)
    #expect(try await call("audit", "verify", "--state-folder", state, "--expect", other).code == 1)
    let written = try await call("backup", backup, "--state-folder", state)
    #expect(written.code == 0 && written.text.contains("keep a copy of \(state)/master.key in another place"))
    let elsewhere = try await call("backup", backup, "--state-folder", state, "--master-key", kit.folder + "/none")
    #expect(elsewhere.text.contains("keep a copy of the file that the server's --master-key names"), "\(elsewhere)")
    let rotation = try await call("vault", "rotate", "--state-folder", state)
    #expect(rotation.code == 1 && rotation.text.contains("a server runs on the state"), "\(rotation)")
    #expect(rotation.text.contains("(state.in-use)\nnext: stop it first\n") && !rotation.text.contains("Usage"))
    let restore = try await call("restore-state", backup, "--replace", "--state-folder", state)
    #expect(restore.code == 1 && restore.text.contains("a server runs on the state"), "\(restore)")
    #expect(try await manager.get("/credentials").text.contains("k"))
  }

  @Test func `a trail that was changed ends audit verify with 1, one that can't be read with 2`() async throws {
    try await TemporaryFolder.with("trail") { folder in
      let none = try await call("audit", "verify", "--state-folder", folder.path + "/none")
      #expect(none.code == 2 && none.text.contains("(state.not-there)"), "\(none)")
      try folder.write("state.sqlite", "this is no database, and never was one")
      let garbage = try await call("audit", "verify", "--state-folder", folder.path)
      #expect(garbage.code == 2 && garbage.text.contains("(state."), "\(garbage)")
      #expect(try await call("audit", "verify", "--state-folder", folder.path, "--expect", "f00").code == 64)
    }
    let kit = try StoreKit()
    _ = try kit.manager()
    #expect(try await call("audit", "verify", "--state-folder", kit.folder).code == 0)
    let change = Process()
    change.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
    change.arguments = [
      kit.folder + "/state.sqlite", "DROP TRIGGER auditIsNotChanged; UPDATE audit SET details = 'x' WHERE number = 1",
    ]
    try change.run()
    await Task.detached { change.waitUntilExit() }.value
    #expect(change.terminationStatus == 0)
    let broken = try await call("audit", "verify", "--state-folder", kit.folder)
    #expect(broken.code == 1 && broken.text.contains("broken: line 1 of the audit trail"), "\(broken)")
    let help = try await call("audit", "verify", "--help").text
    #expect(help.contains("1   it does not") && help.contains("2   it could not be checked"))
  }

  @Test func `a state goes to another machine, and there its server knows everybody`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    _ = try await manager.get("/credentials")
    _ = try await manager.post(
      "/credentials", ["name": "moved", "kind": "passphrase", "secret": "planted-secret-of-the-move"])
    let (state, backup) = (kit.folder + "/state", kit.folder + "/backup.sqlite")
    #expect(try await call("backup", backup, "--state-folder", state).code == 0)
    let tested = try await call("run", backup, "--state-folder", kit.folder + "/run")
    #expect(tested.code == 0 && !tested.text.contains("planted"), "\(tested)")
    #expect(kit.stop() == 0)
    let occupied = try await call("restore-state", backup, "--state-folder", state)
    #expect(occupied.code == 1 && occupied.text.contains("--replace"), "\(occupied)")

    let other = try ServeKit()
    let (there, key) = (other.folder + "/state", other.folder + "/state/master.key")
    let keyless = try await call("restore-state", backup, "--state-folder", there)
    #expect(keyless.code == 1 && keyless.text.contains("their master key \(key) is not there"), "\(keyless)")
    try FileManager.default.copyItem(atPath: state + "/master.key", toPath: key)
    let restored = try await call("restore-state", backup, "--state-folder", there)
    #expect(restored.code == 0 && restored.text.contains("opens all 1 secret"), "\(restored)")
    let rotated = try await call("vault", "rotate", "--state-folder", there)
    #expect(rotated.code == 0 && rotated.text.contains("1 secret sealed with a new master key"), "\(rotated)")
    #expect(try await other.start() == nil)
    let browser = Browser(other)
    browser.cookie = manager.cookie
    #expect(try await browser.get("/").location == "/login")
    _ = try await browser.post("/login", ["login": "ada", "password": Browser.password])
    #expect(try await browser.get("/credentials").text.contains("moved"))
    #expect(try await browser.get("/audit").text.contains("restored the state from a backup"))
    #expect(try await call("audit", "verify", "--state-folder", there).code == 0)
    #expect(other.stop() == 0)

    // The backup needs the key of then.
    let late = try await call("restore-state", backup, "--replace", "--state-folder", there)
    #expect(late.code == 1 && late.text.contains("does not open the stored secrets"), "\(late)")
    let back = try await call(
      "restore-state", backup, "--replace", "--state-folder", there, "--master-key", state + "/master.key")
    #expect(back.code == 0 && back.text.contains("the state before is kept in"), "\(back)")
    #expect(back.text.contains("next: proofback serve --master-key \(state)/master.key --state-folder \(there);"))
  }

  @Test func `without its key, or with another, the server does not start, and says which it needs`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    _ = try await manager.get("/credentials")
    _ = try await manager.post("/credentials", ["name": "k", "kind": "passphrase", "secret": "planted-secret-of-it"])
    #expect(kit.stop() == 0)
    let state = kit.folder + "/state"
    let missing = try await call("serve", "--state-folder", state, "--master-key", kit.folder + "/none")
    #expect(missing.code == 1 && missing.text.contains("secrets are stored, and their master key"), "\(missing)")
    #expect(!FileManager.default.fileExists(atPath: kit.folder + "/none"))
    let fresh = try ServeKit()
    _ = try await fresh.start()
    let other = try await call("serve", "--state-folder", state, "--master-key", fresh.folder + "/state/master.key")
    #expect(other.code == 1 && other.text.contains("does not open the stored secrets"), "\(other)")
  }
}
