import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// One disposable compartment made of bubblewrap, a user id, a cgroup and two folders.
final class ProcessSandbox: Sandbox {
  let used: SandboxUsed
  let data: SandboxFolder
  let exchange: SandboxFolder
  private let user: UInt32
  private let claim: UserClaim?
  private let plan: LimitPlan
  /// The system call filter's file; bubblewrap takes it from a descriptor.
  private let filter: FilePath?
  private let watch: LimitWatch
  private let programs: Programs

  /// What runs, shared with the watch.
  private final class Programs: Sendable {
    struct State {
      var running: [ProcessSandboxProgram] = []
      var starting = 0
      var destruction: Task<Void, Never>?
    }
    let state = Mutex(State())
  }

  init(_ request: SandboxRequest, claim: UserClaim?, plan: LimitPlan) throws {
    self.claim = claim
    self.plan = plan
    filter = try Self.writeFilter(in: request.runFolder)
    user = claim?.user ?? geteuid()
    used = SandboxUsed(kind: "process", limits: plan.words)
    data = SandboxFolder(host: request.runFolder.appending("data"), inside: "/data")
    exchange = SandboxFolder(host: request.runFolder.appending("exchange"), inside: "/exchange")
    let programs = Programs()
    self.programs = programs
    watch = LimitWatch(plan: plan, folders: [data.host, exchange.host]) {
      programs.state.withLock { $0.running.map(\.outerID) }
    }
    for folder in [data.host, exchange.host] {
      guard mkdir(folder.string, 0o700) == 0 else { throw Errno(rawValue: errno) }
      guard geteuid() != 0 || chown(folder.string, user, user) == 0 else { throw Errno(rawValue: errno) }
    }
    watch.start { [weak self] in
      guard let self else { return }
      Task { await self.endPrograms() }
    }
  }

  func fill(from template: FilePath) async throws {
    let copy = Command(
      "/bin/cp", ["-a", "--reflink=auto", "--sparse=always", "--", "\(template.string)/.", data.host.string])
    try await carryOut(copy, "the template can't be copied")
    if geteuid() == 0 {
      try await carryOut(Command("/bin/chown", ["-hR", "\(user):\(user)", "--", data.host.string]), "chown fails")
    }
    chmod(data.host.string, 0o700)
  }

  private func carryOut(_ command: Command, _ trouble: String) async throws {
    let outcome = try await command.capture(within: 600)
    if outcome.end.isSuccess { return }
    if let reached = watch.look() { throw SandboxFindings.trouble(reached) }
    let line = UntrustedText.line(outcome.errorText.split(separator: "\n").first ?? "")
    throw RunTrouble(SandboxFindings.broken, trouble, evidence: [line])
  }

  func start(_ program: SandboxProgram, input: FileDescriptor?, output: FileDescriptor?) async throws
    -> any SandboxProcess
  {
    do {
      try beginStart(program)
    } catch {
      try? input?.close()
      try? output?.close()
      throw error
    }
    defer { programs.state.withLock { $0.starting -= 1 } }
    do {
      let child = try await ChildProcess.start(
        sealed(program), input: input.map { .descriptor($0) } ?? .none, output: output.map { .descriptor($0) } ?? .none)
      let started = ProcessSandboxProgram(child, watch: watch)
      // Destroyed meanwhile: the destruction waits for us and ends it.
      programs.state.withLock { $0.running.append(started) }
      forget(started)
      return started
    } catch {
      throw RunTrouble(SandboxFindings.broken, "\(program.name) can't be started: \(error)")
    }
  }

  private func beginStart(_ program: SandboxProgram) throws {
    if let reached = watch.look() { throw SandboxFindings.trouble(reached) }
    guard access(program.executable.string, X_OK) == 0 else {
      throw RunTrouble(SandboxFindings.broken, "\(program.executable) is not there or not executable")
    }
    let isDestroyed = programs.state.withLock { state in
      if state.destruction == nil { state.starting += 1 }
      return state.destruction != nil
    }
    if isDestroyed { throw RunTrouble(SandboxFindings.broken, "the sandbox has been destroyed") }
  }

  /// Once it has ended it holds nothing any more.
  private func forget(_ program: ProcessSandboxProgram) {
    Task { [programs] in
      _ = await program.wait()
      programs.state.withLock { state in state.running.removeAll { $0 === program } }
    }
  }

  private func sealed(_ program: SandboxProgram) -> Command {
    var seal = Seal(user: user)
    if filter != nil { seal.filterDescriptor = Self.filterDescriptor }
    seal.binds = ([program.executable] + program.reads).map { Seal.Bind($0.string) }
    seal.binds.append(Seal.Bind(exchange.host.string, at: exchange.inside.string, writable: true))
    if program.role == .server {
      seal.binds.append(Seal.Bind(data.host.string, at: data.inside.string, writable: true))
    }
    if let limiter = plan.innerPrefix.first { seal.binds.append(Seal.Bind(limiter)) }
    // Bubblewrap adds PWD; and nothing given to the program should work on what starts it (LD_PRELOAD).
    let variables = program.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let inside =
      plan.innerPrefix + ["/usr/bin/env", "-i"] + variables + [program.executable.string] + program.arguments
    seal.binds.append(Seal.Bind("/usr/bin/env"))
    let sealed = plan.limiting(seal.seal(Command(inside[0], Array(inside[1...]))))
    guard let filter else { return sealed }
    // Only the standard streams are handed over to a child, so it opens the file itself.
    let open = #"exec \#(Self.filterDescriptor)<"$1" || exit 126; shift; exec "$@""#
    return sealed.wrapped(by: Command("/bin/sh", ["-c", open, "sandbox", filter.string]))
  }

  private static let filterDescriptor: Int32 = 9

  private static func writeFilter(in folder: FilePath) throws -> FilePath? {
    guard let bytes = SystemCallFilter.bytes else { return nil }
    let path = folder.appending("filter")
    try Data(bytes).write(to: URL(fileURLWithPath: path.string))
    return path
  }

  func diskUsage() -> UInt64 { FolderUsage.of([data.host, exchange.host]).bytes + watch.removedFiles() }

  func limitReached(now: Bool) -> Finding? { now ? watch.look() : watch.reached }

  func destroy() async {
    let destruction = programs.state.withLock { state in
      if let running = state.destruction { return running }
      let task = Task { await self.tearDown() }
      state.destruction = task
      return task
    }
    await destruction.value
  }

  private func tearDown() async {
    watch.look()
    watch.stop()
    await endPrograms()
    plan.group?.remove()
    await FolderRemoval.remove(data.host)
    await FolderRemoval.remove(exchange.host)
    claim?.release()
  }

  /// Ends what runs, and what is just being started.
  private func endPrograms() async {
    while true {
      let (running, starting) = programs.state.withLock { ($0.running, $0.starting) }
      for program in running {
        await program.kill()
        programs.state.withLock { state in state.running.removeAll { $0 === program } }
      }
      if running.isEmpty && starting == 0 { return }
      if running.isEmpty { try? await Task.sleep(for: .milliseconds(5)) }
    }
  }
}
