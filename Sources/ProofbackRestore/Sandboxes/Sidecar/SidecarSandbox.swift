import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// A sandbox whose programs run in containers that somebody else has started: they share volumes with the worker, and a
/// network. The kernel's limits are the containers' own; the disk is watched.
final class SidecarSandbox: Sandbox {
  let used: SandboxUsed
  let data: SandboxFolder
  let exchange: SandboxFolder
  let system: any SandboxSystem
  let keepsTemplates = false
  let weaknesses: [Finding]
  private let neighbours: [TaskNeighbour: Neighbour]
  private let limits: Limits
  private let addresses: UInt64
  private let watch: LimitWatch
  private let temporary: [FilePath]
  private let destruction = Mutex<Task<Void, Never>?>(nil)

  static func make(
    _ request: SandboxRequest, in place: TaskPlace, image: String, patience: Double
  ) async throws -> SidecarSandbox {
    if let free = FreeSpace.at(place.path(.data)), free.isNearlyFull {
      throw RunTrouble(
        SandboxFindings.diskLimit, "the task's disk is nearly full",
        evidence: ["\(Quantity.text(bytes: free.bytes)) free"], canRetry: true)
    }
    do {
      for volume in [TaskVolume.data, .exchange] + TaskNeighbour.allCases.map(\.temporary) {
        try Spool.share(place.path(volume), mode: 0o700, owner: TaskPlace.user)
      }
    } catch {
      throw RunTrouble(SandboxFindings.broken, "the task's folders can't be given to the sandbox: \(error)")
    }
    let met = try await withThrowingTaskGroup(of: Neighbour.self) { group in
      for kind in TaskNeighbour.allCases {
        group.addTask { try await Neighbour.meet(kind, in: place, within: patience) }
      }
      return try await group.reduce(into: [Neighbour]()) { $0.append($1) }
    }
    let sandbox = SidecarSandbox(request, place, image, Dictionary(uniqueKeysWithValues: met.map { ($0.kind, $0) }))
    await sandbox.watchRemovedFiles()
    return sandbox
  }

  private init(
    _ request: SandboxRequest, _ place: TaskPlace, _ image: String, _ neighbours: [TaskNeighbour: Neighbour]
  ) {
    limits = request.limits
    self.neighbours = neighbours
    data = SandboxFolder(host: place.path(.data), inside: "/data")
    exchange = SandboxFolder(host: place.path(.exchange), inside: "/exchange")
    temporary = TaskNeighbour.allCases.map { place.path($0.temporary) }
    system = SidecarSystem(neighbour: neighbours[.server]!, image: image)
    let plan = LimitPlan(limits: request.limits, group: nil)
    addresses = plan.addressBytes
    let disk = Quantity.text(bytes: request.limits.diskBytes)
    used = SandboxUsed(
      kind: TaskPlace.sandbox,
      limits: [
        "memory: container, \(Quantity.text(bytes: request.limits.memoryBytes))",
        "processes: rlimit, \(request.limits.processes)", "disk: watched, \(disk); single files by rlimit, \(disk)",
      ])
    weaknesses = [
      SidecarFindings.sharedNetwork.finding(
        "the DBMS ran in a container that shares the task's network: a program in the dump could reach what the task can"
      )
    ]
    watch = LimitWatch(plan: plan, folders: [data.host, exchange.host] + temporary) { [] }
    watch.start { [weak self] in
      guard let self else { return }
      Task { await self.endPrograms() }
    }
  }

  private var server: Neighbour { neighbours[.server]! }

  func fill(from template: FilePath) async throws {
    for command in TemplateCopy.commands(from: template, to: data.host, user: TaskPlace.user) {
      let outcome = try await command.capture(within: 600)
      if outcome.end.isSuccess { continue }
      if let reached = watch.look() { throw SandboxFindings.trouble(reached) }
      throw RunTrouble(
        SandboxFindings.broken, "the template can't be copied",
        evidence: [UntrustedText.line(outcome.errorText.split(separator: "\n").first ?? "")])
    }
    chmod(data.host.string, 0o700)
  }

  func start(_ program: SandboxProgram, input: FileDescriptor?, output: FileDescriptor?) async throws
    -> any SandboxProcess
  {
    do {
      if let reached = watch.look() { throw SandboxFindings.trouble(reached) }
      if destruction.withLock({ $0 != nil }) {
        throw RunTrouble(SandboxFindings.broken, "the sandbox has been destroyed")
      }
    } catch {
      for descriptor in [input, output] { try? descriptor?.close() }
      throw error
    }
    let neighbour = neighbours[container(of: program)]!
    let started = try await neighbour.start(input: input, output: output, name: program.name) { job in
      SidecarScripts.run(
        program, job: job, hasInput: input != nil, hasOutput: output != nil, limits: limits, addresses: addresses)
    }
    return SidecarProgram(started, sandbox: self)
  }

  private func container(of program: SandboxProgram) -> TaskNeighbour {
    if program.origin == .host { return .tools }
    return program.role == .server ? .server : .client
  }

  // MARK: Limits

  func diskUsage() -> UInt64 { FolderUsage.of([data.host, exchange.host]).bytes + watch.removedFiles() }

  func limitReached(now: Bool) -> Finding? {
    if now, watch.look() == nil { Blocking.wait { await self.readCounters() } }
    return watch.reached
  }

  /// What the kernel counted of the server's container.
  func readCounters() async {
    if destruction.withLock({ $0 != nil }) { return }
    guard let outcome = await server.run(ImageScripts.counters, within: 20), outcome.end.isSuccess else { return }
    let killed = outcome.text.split(separator: "\n").contains { line in
      let words = line.split(separator: " ")
      return words.count == 2 && words[0] == "memory" && Int(words[1]) ?? 0 > 0
    }
    guard killed else { return }
    watch.note(
      SandboxFindings.memoryLimit.finding(
        "the sandbox reached its memory limit of \(Quantity.text(bytes: limits.memoryBytes))"))
  }

  func noteLongFile() { watch.noteLongFile() }

  /// Follows what removed files hold, as far as the image has a `find` that tells.
  private func watchRemovedFiles() async {
    guard await system.find("find") != nil, let output = try? ProofbackSystem.Pipe() else { return }
    let started = try? await server.start(output: output.writeEnd, name: "watch") { job in
      SidecarScripts.run(ImageScripts.removedFiles, [], job: job)
    }
    guard started != nil else { return (try? output.readEnd.close()) ?? () }
    watch.follow(output.readEnd)
  }

  // MARK: Ending

  private func endPrograms() async {
    await withTaskGroup(of: Void.self) { group in
      for neighbour in neighbours.values { group.addTask { await neighbour.end(nil, "KILL") } }
    }
  }

  func destroy() async {
    let destruction = destruction.withLock { destruction in
      if let running = destruction { return running }
      let task = Task { await self.tearDown() }
      destruction = task
      return task
    }
    await destruction.value
  }

  private func tearDown() async {
    watch.look()
    watch.stop()
    await endPrograms()
    for neighbour in neighbours.values { neighbour.close() }
    // Volumes themselves stay, empty, until the task is gone.
    for folder in [data.host, exchange.host] + temporary { await FolderRemoval.remove(folder) }
  }
}

/// A program that tells its sandbox what its end says of limits.
private final class SidecarProgram: SandboxProcess {
  private let program: NeighbourProgram
  private let sandbox: SidecarSandbox

  init(_ program: NeighbourProgram, sandbox: SidecarSandbox) {
    self.program = program
    self.sandbox = sandbox
  }

  func wait() async -> ProcessEnd {
    let end = await program.wait()
    if end == .signalled(SIGXFSZ) { sandbox.noteLongFile() }
    if end == .signalled(SIGKILL) { await sandbox.readCounters() }
    return end
  }

  func stop(within seconds: Double) async { await program.stop(within: seconds) }
  func errorOutput() -> [UInt8] { program.errorOutput() }
}
