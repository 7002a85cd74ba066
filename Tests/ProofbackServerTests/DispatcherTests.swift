import Foundation
import Logging
import ProofbackCore
import ProofbackServer
import ProofbackStore
import ProofbackTestSupport
import Testing

/// From a waiting run to its end, with a launcher that does as it is told.
@Suite struct DispatcherTests {
  @Test func `every waiting run is carried out once, and no more at a time than allowed`() async throws {
    let launcher = SteerableLauncher(gathering: 3)
    let kit = try ServerKit(launcher, most: 3)
    for number in 0..<12 { _ = try kit.request("\(kit.store.folder)/\(number)") }
    try await kit.carryOut()
    let runs = try kit.store.runs.newest(before: nil, limit: 100)
    #expect(runs.count == 12)
    #expect(runs.allSatisfy { $0.verdict == .passed })
    #expect(launcher.most == 3)
  }

  @Test func `what a server stops at its own end was interrupted, and waits to be tried again`() async throws {
    let (begun, isBegun) = AsyncStream.makeStream(of: Void.self)
    let kit = try ServerKit(
      SteerableLauncher { assignment in
        isBegun.yield()
        try? await Task.sleep(for: .seconds(600))
        return SteerableLauncher.stopped(assignment)
      })
    let run = try kit.request("\(kit.store.folder)/a")
    let dispatcher = Task { try await kit.dispatcher.run() }
    for await _ in begun { break }
    dispatcher.cancel()
    _ = await dispatcher.result
    #expect(try kit.store.runs.run(run.id)?.cause == "run.interrupted")
    #expect(try kit.store.runs.waiting(limit: 2) == [try #require(try kit.store.runs.run(run.id)?.again)])
  }

  @Test func `a run whose folder is not allowed any more is not carried out`() async throws {
    let launcher = SteerableLauncher { SteerableLauncher.passed($0) }
    let kit = try ServerKit(launcher)
    let run = try kit.request("/somewhere/else")
    try await kit.carryOut()
    #expect(try kit.store.runs.run(run.id)?.cause == "run.not-allowed")
    #expect(launcher.most == 0)
  }

  @Test func `a master key that does not open the credentials is no verdict on the backup`() async throws {
    let other = try StoreKit()
    let kit = try ServerKit(SteerableLauncher { SteerableLauncher.passed($0) })
    let key = try kit.store.credentials.add(
      name: "k", kind: .passphrase, description: "", hosts: [], secret: Data("s".utf8), by: kit.by)
    let wrong = Credentials(kit.store.database, vault: Vault(try MasterKey.load(path: other.folder + "/master.key")))
    let run = try kit.request("\(kit.store.folder)/a", passphrase: key.id)
    var kept = kit.state.kept
    kept.credentials = wrong
    let state = ServerState(
      kept, facilities: kit.state.facilities, launcher: kit.state.launcher, folder: kit.state.folder)
    try await ServerKit.carryOut(Dispatcher(state, most: 1, logger: Logger(label: "test")), kit.store)
    let ended = try #require(try kit.store.runs.run(run.id))
    #expect(ended.verdict == .inconclusive)
    #expect(ended.cause == "vault.wrong-key")
  }

  @Test func `our own trouble ends a run inconclusive with its cause, and an unknown error too`() async throws {
    struct Strange: Error {}
    let kit = try ServerKit(
      SteerableLauncher { assignment in
        if assignment.specification.location.hasSuffix("strange") { throw Strange() }
        throw RunTrouble(ServerFindings.interrupted, "no worker")
      })
    let known = try kit.request("\(kit.store.folder)/known")
    let strange = try kit.request("\(kit.store.folder)/strange")
    try await kit.carryOut()
    #expect(try kit.store.runs.run(known.id)?.sentence == "could not tell: no worker")
    #expect(try kit.store.runs.run(strange.id)?.cause == "server.internal-error")
  }

  @Test func `secrets go into the assignment, and stand in none of the state's files`() async throws {
    let secret = "swordfish-\(UUID().uuidString)"
    let launcher = SteerableLauncher { assignment in
      guard assignment.secrets.passphrase?.content == Data(secret.utf8) else {
        throw RunTrouble(ServerFindings.internalError, "the passphrase is missing")
      }
      return SteerableLauncher.passed(assignment)
    }
    let kit = try ServerKit(launcher)
    let key = try kit.store.credentials.add(
      name: "k", kind: .passphrase, description: "", hosts: [], secret: Data(secret.utf8), by: kit.by)
    let run = try kit.request("\(kit.store.folder)/a", passphrase: key.id)
    try await kit.carryOut()
    #expect(try kit.store.runs.run(run.id)?.verdict == .passed)
    #expect(try kit.store.written().range(of: Data(secret.utf8)) == nil)
  }
}
