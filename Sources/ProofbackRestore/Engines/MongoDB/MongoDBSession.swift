import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// One run of the engine: server and client in the sandbox, the worker's end of the conversation here.
actor MongoDBSession: EngineSession {
  private let work: EngineWork
  private let environments: [String]
  private let found = Mutex<MongoDBServer?>(nil)
  private let clientProgram: FilePath
  private var processes: [any SandboxProcess] = []
  private var link: MongoClientLink?
  private var identity: MongoServerIdentity?
  private var imported: MongoDBImported?

  /// A stand-in on a busy machine needs some seconds.
  private static let startSeconds = 60.0

  /// - Parameter environments: Python virtual environments in which a stand-in may lie.
  init(_ work: EngineWork, environments: [String], clientProgram: FilePath) {
    self.work = work
    self.environments = environments
    self.clientProgram = clientProgram
  }

  func start() async throws -> EngineUsed {
    let system = work.sandbox.system
    guard let server = await MongoDBServer.find(environments: environments, in: system) else {
      throw system.lacks("neither mongod nor SecantusDB is", hint: MongoDBServer.remedy)
    }
    found.withLock { $0 = server }
    let exchange = work.sandbox.exchange.inside
    let process = try await work.sandbox.start(
      server.program(data: work.sandbox.data.inside, exchange: exchange, memoryBytes: work.limits.memoryBytes),
      input: nil, output: nil)
    processes.append(process)
    let link = try await startClient(server.socket(in: exchange))
    self.link = link
    let identity = try await firstAnswer(link, process)
    self.identity = identity
    return EngineUsed(engine: "mongodb", type: work.type, product: identity.product, version: identity.version)
  }

  private func startClient(_ socket: FilePath) async throws -> MongoClientLink {
    let program = SandboxProgram(
      name: "mongo-client", executable: clientProgram, arguments: [MongoClient.commandName, socket.string],
      environment: ["LC_ALL": "C.UTF-8", "MONGOC_DISABLE_SHM": "1"], reads: OwnProgram.libraries.map { FilePath($0) },
      role: .client)
    let requests = try ProofbackSystem.Pipe()
    let replies = try ProofbackSystem.Pipe()
    let link = MongoClientLink(requests: requests.writeEnd, replies: replies.readEnd)
    do {
      processes.append(
        try await work.sandbox.start(program, input: requests.readEnd, output: replies.writeEnd))
    } catch {
      link.close()
      throw error
    }
    return link
  }

  /// Asks until the server answers, has ended, or took too long.
  private func firstAnswer(_ link: MongoClientLink, _ process: any SandboxProcess) async throws -> MongoServerIdentity {
    let ended = Flag()
    let watch = Task {
      _ = await process.wait()
      ended.set()
    }
    defer { watch.cancel() }
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(Self.startSeconds)
    while clock.now < deadline && !ended.isSet {
      do {
        let reply = try await Blocking.run("mongo-hello") { try link.ask(.hello) }
        if case .server(let identity) = reply { return identity }
      } catch let trouble as RunTrouble where trouble.finding.code == MongoDBFindings.serverLost.code {
      } catch let trouble as RunTrouble {
        throw RunTrouble(MongoDBFindings.clientEnded, trouble.finding.message, evidence: startErrors())
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    if let limit = work.sandbox.limitReached(now: true) { throw RunTrouble(MongoDBFindings.serverStart, limit.message) }
    throw RunTrouble(
      MongoDBFindings.serverStart,
      ended.isSet
        ? "the server ended while it started" : "the server did not answer within \(Int(Self.startSeconds)) s",
      evidence: startErrors(), canRetry: true)
  }

  /// What server and client said before they saw a byte of the backup; later it would not be fit to show.
  private func startErrors() -> [String] {
    processes.flatMap { $0.errorOutput().split(separator: UInt8(ascii: "\n")).suffix(5) }
      .map { UntrustedText.line(bytes: $0) }
  }

  func restore(_ content: BackupContent) async throws -> [Finding] {
    guard let link, let identity else { throw RunTrouble(MongoDBFindings.serverLost, "the server is not started") }
    let importer = MongoDBImport(
      content, head: work.head, options: work.options, link: link, server: identity, onImported: work.onImported)
    let imported = try await Blocking.run("mongo-import") { try importer.run() }
    self.imported = imported
    return imported.findings
  }

  func verify(_ depth: Depth) async throws -> Verification {
    guard let link, let identity, let imported else {
      throw RunTrouble(MongoDBFindings.serverLost, "nothing was restored")
    }
    let verification = MongoDBVerification(
      claims: imported.claims, server: identity, link: link, depth: depth, measuring: work.measuring)
    return try await Blocking.run("mongo-verify") { try verification.run() }
  }

  func answer(_ queries: [CheckedQuery]) async throws -> [CheckOutcome] {
    guard let link else { throw RunTrouble(MongoDBFindings.serverLost, "the server is not started") }
    return try await Blocking.run("mongo-checks") {
      try queries.map { query in
        switch try link.ask(.answer(query)) {
        case .outcome(let outcome): outcome
        case .refused(let fault): .refused("code \(fault.code): \(fault.message)")
        default:
          throw RunTrouble(MongoDBFindings.clientEnded, "the process that reads the server answers something else")
        }
      }
    }
  }

  nonisolated var lookInside: String {
    guard let socket = found.withLock({ $0 })?.socket(in: work.sandbox.exchange.host) else { return "" }
    return "mongosh 'mongodb://\(socket.string.split(separator: "/").map { "%2F" + $0 }.joined())'"
  }

  func stop() async {
    link?.close()
    for process in processes.reversed() { await process.stop(within: 3) }
    processes = []
  }
}
