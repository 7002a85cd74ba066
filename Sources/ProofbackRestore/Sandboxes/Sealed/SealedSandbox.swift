import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// One disposable compartment made of bubblewrap, a user id, a cgroup and two folders.
final class SealedSandbox: Sandbox {
  let used: SandboxUsed
  let data: SandboxFolder
  let exchange: SandboxFolder
  let system: any SandboxSystem = HostSystem()
  let user: UInt32
  /// Programs of role `client` run as this one: another, where they see the data folder by the way they are started.
  let clientUser: UInt32
  private let claim: UserClaim?
  private let plan: LimitPlan
  var limits: Limits { plan.limits }
  /// The system call filter's file; bubblewrap takes it from a descriptor.
  private let filter: FilePath?
  let watch: LimitWatch
  private let programs: Programs
  /// The one user that programs can look up, with a name.
  let users: FilePath

  /// What runs, shared with the watch.
  private final class Programs: Sendable {
    struct State {
      var running: [SealedProgram] = []
      var starting = 0
      var destruction: Task<Void, Never>?
    }
    let state = Mutex(State())
  }

  /// - Parameter sharesExchange: clients have a user of their own, where we may give them one, and share the exchange folder
  ///   by its group.
  init(_ request: SandboxRequest, claim: UserClaim?, plan: LimitPlan, sharesExchange: Bool = false) throws {
    self.claim = claim
    self.plan = plan
    filter = try Self.writeFilter(in: request.runFolder)
    user = claim?.user ?? geteuid()
    clientUser = claim.flatMap { sharesExchange ? $0.user + UInt32(UserClaim.range.count) : nil } ?? user
    users = try Self.writeUsers(user, in: request.runFolder)
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
    if clientUser != user { chmod(exchange.host.string, 0o2770) }
    watch.start { [weak self] in
      guard let self else { return }
      Task { await self.stopForLimit() }
    }
  }

  /// Called when a limit is reached: what a sandbox around this one has to end.
  let onLimit = Mutex<(@Sendable () async -> Void)?>(nil)

  private func stopForLimit() async {
    await onLimit.withLock { $0 }?()
    await endPrograms()
  }

  func fill(from template: FilePath) async throws {
    for command in TemplateCopy.commands(from: template, to: data.host, user: user) {
      try await carryOut(command, "the template can't be copied")
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
      let started = SealedProgram(child, watch: watch)
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
  private func forget(_ program: SealedProgram) {
    Task { [programs] in
      _ = await program.wait()
      programs.state.withLock { state in state.running.removeAll { $0 === program } }
    }
  }

  private func sealed(_ program: SandboxProgram) -> Command {
    var seal = Seal(user: program.role == .server ? user : clientUser)
    seal.group = user
    if filter != nil { seal.filterDescriptor = Self.filterDescriptor }
    seal.binds = ([program.executable] + program.reads).map { Seal.Bind($0.string) }
    seal.binds.append(Seal.Bind(exchange.host.string, at: exchange.inside.string, writable: true))
    seal.binds.append(Seal.Bind(users.string, at: "/etc/passwd"))
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

  /// `initdb` and others insist on a name.
  private static func writeUsers(_ user: UInt32, in folder: FilePath) throws -> FilePath {
    let path = folder.appending("passwd")
    try Data("root:x:0:0::/:/bin/false\nsandbox:x:\(user):\(user)::/tmp:/bin/false\n".utf8)
      .write(to: URL(fileURLWithPath: path.string))
    chmod(path.string, 0o644)
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
