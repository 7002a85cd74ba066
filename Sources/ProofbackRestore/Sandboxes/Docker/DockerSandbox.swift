import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// A sealed sandbox whose DBMS lives in a container: folders, users, watching of the disk and programs of our own are
/// those of the sealed sandbox, what is the DBMS's is started in the container, which sees the same two folders.
final class DockerSandbox: Sandbox {
  let used: SandboxUsed
  let system: any SandboxSystem
  private let image: DockerSystem
  private let base: SealedSandbox
  private let container: DockerContainer
  private let programs = Mutex(State())

  private struct State {
    var running: [DockerSandboxProgram] = []
    var count = 0
    var destruction: Task<Void, Never>?
    var watching: ChildProcess?
  }

  var data: SandboxFolder { base.data }
  var exchange: SandboxFolder { base.exchange }

  init(_ base: SealedSandbox, _ container: DockerContainer, _ image: DockerImage, limits: Limits) {
    self.base = base
    self.container = container
    let image = DockerSystem(container, image)
    self.image = image
    system = image
    used = SandboxUsed(kind: "docker", limits: Self.words(limits))
    base.onLimit.withLock { $0 = { [container] in await container.remove() } }
  }

  private static func words(_ limits: Limits) -> [String] {
    let disk = Quantity.text(bytes: limits.diskBytes)
    return [
      "memory: container, \(Quantity.text(bytes: limits.memoryBytes))", "processes: container, \(limits.processes)",
      "processors: container, \(DockerContainer.Plan.processors)",
      "disk: watched, \(disk); single files by rlimit, \(disk)",
    ]
  }

  func fill(from template: FilePath) async throws { try await base.fill(from: template) }

  func start(_ program: SandboxProgram, input: FileDescriptor?, output: FileDescriptor?) async throws
    -> any SandboxProcess
  {
    if program.origin == .host { return try await base.start(program, input: input, output: output) }
    let command: Command
    do {
      command = try await self.command(program, interactive: input != nil)
    } catch {
      try? input?.close()
      try? output?.close()
      throw error
    }
    do {
      let child = try await ChildProcess.start(
        command, input: input.map { .descriptor($0) } ?? .none, output: output.map { .descriptor($0) } ?? .none,
        ownSession: true)
      return follow(DockerSandboxProgram(child, note: note(in: command), user: user(program.role), sandbox: self))
    } catch {
      throw RunTrouble(SandboxFindings.broken, "\(program.name) can't be started: \(error)")
    }
  }

  private func user(_ role: SandboxRole) -> String { "\(role == .server ? base.user : base.clientUser):\(base.user)" }

  private func command(_ program: SandboxProgram, interactive: Bool) async throws -> Command {
    if let reached = limitReached(now: false) { throw SandboxFindings.trouble(reached) }
    if programs.withLock({ $0.destruction != nil }) {
      throw RunTrouble(SandboxFindings.broken, "the sandbox has been destroyed")
    }
    guard await image.isExecutable(program.executable.string) else {
      throw RunTrouble(
        SandboxFindings.broken, "\(program.executable) is not there or not executable \(system.place)")
    }
    let number = programs.withLock { state in
      state.count += 1
      return state.count
    }
    // The image's own environment is its maker's: nothing of it is handed on.
    let variables = program.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let inside =
      ["/bin/sh", "-c", DockerScripts.enter, "\(DockerScripts.notes)/\(number)", "/usr/bin/env", "-i"] + variables
      + [program.executable.string] + program.arguments
    guard let command = container.exec(user: user(program.role), interactive: interactive, inside) else {
      throw RunTrouble(DockerFindings.notInstalled, "docker is not installed here any more")
    }
    return command
  }

  private func note(in command: Command) -> String {
    command.arguments.first { $0.hasPrefix(DockerScripts.notes + "/") } ?? ""
  }

  private func follow(_ program: DockerSandboxProgram) -> DockerSandboxProgram {
    programs.withLock { $0.running.append(program) }
    Task { [weak self] in
      _ = await program.ended()
      self?.programs.withLock { state in state.running.removeAll { $0 === program } }
    }
    return program
  }

  // MARK: Limits

  func diskUsage() -> UInt64 { base.diskUsage() }

  func limitReached(now: Bool) -> Finding? {
    if now, base.limitReached(now: true) == nil { Blocking.wait { await self.readCounters() } }
    return base.limitReached(now: now)
  }

  /// What the kernel counted of the container.
  func readCounters() async {
    if programs.withLock({ $0.destruction != nil }) { return }
    guard let outcome = await container.run(ImageScripts.counters, []), outcome.end.isSuccess else {
      await noteEnd()
      return
    }
    let limits = base.limits
    for line in outcome.text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 2, let count = Int(words[1]), count > 0 else { continue }
      if words[0] == "memory" {
        base.watch.note(
          SandboxFindings.memoryLimit.finding(
            "the sandbox reached its memory limit of \(Quantity.text(bytes: limits.memoryBytes))"))
      } else {
        base.watch.note(
          SandboxFindings.processLimit.finding("the sandbox reached its limit of \(limits.processes) processes"))
      }
    }
  }

  /// The container, or its engine, is gone: what the DBMS's programs said then is no matter of the backup's.
  private func noteEnd() async {
    if programs.withLock({ $0.destruction != nil }) || base.limitReached(now: false) != nil { return }
    let trouble = await DockerEngine.trouble()
    base.watch.note(
      DockerFindings.gone.finding(
        trouble.map { "the Docker Engine went away during the run: \($0.finding.message)" }
          ?? "the container ended before the run did"))
  }

  func noteLongFile() { base.watch.noteLongFile() }

  /// Follows what removed files hold, as far as the image has a `find` that tells; each user sees its own.
  func watchRemovedFiles() async {
    guard await system.find("find") != nil,
      let command = container.exec(["/bin/sh", "-c", ImageScripts.removedFiles]),
      let output = try? ProofbackSystem.Pipe()
    else { return }
    guard let child = try? await ChildProcess.start(command, output: .descriptor(output.writeEnd), ownSession: true)
    else { return (try? output.readEnd.close()) ?? () }
    programs.withLock { $0.watching = child }
    base.watch.follow(output.readEnd)
  }

  // MARK: Ending

  /// Ends a program of the container, and returns when it is over.
  func end(_ note: String, user: String, _ signal: String) async {
    _ = await container.run(user: user, DockerScripts.stop, [note, signal])
  }

  func destroy() async {
    let destruction = programs.withLock { state in
      if let running = state.destruction { return running }
      let task = Task { await self.tearDown() }
      state.destruction = task
      return task
    }
    await destruction.value
  }

  private func tearDown() async {
    await container.remove()
    let (running, watching) = programs.withLock { ($0.running, $0.watching) }
    for program in running { await program.letGo() }
    await watching?.stop(within: 5)
    await base.destroy()
  }
}
