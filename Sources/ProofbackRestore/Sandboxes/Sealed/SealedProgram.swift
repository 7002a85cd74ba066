import Glibc
import ProofbackCore
import ProofbackSystem

/// A program in a process sandbox: on this side bubblewrap, whose only child is process 1 of the sandbox's namespace,
/// whose only child at first is the program.
final class SealedProgram: SandboxProcess {
  private let child: ChildProcess
  private let watch: LimitWatch

  init(_ child: ChildProcess, watch: LimitWatch) {
    self.child = child
    self.watch = watch
  }

  var outerID: Int32 { child.processID }

  /// Bubblewrap ends with 128 + n when the program ended by signal n; so does a shell, which is taken for the same.
  /// What the program said is all there when this returns: its last words are often the cause of its end.
  func wait() async -> ProcessEnd {
    _ = await child.wholeErrorOutput()
    let end = await child.wait()
    guard case .exited(let code) = end, (129...192).contains(code) else { return end }
    if code - 128 == SIGXFSZ { watch.noteLongFile() }
    return .signalled(code - 128)
  }

  func stop(within seconds: Double) async {
    let programs = programIDs()
    // Not started yet, or already gone.
    if programs.isEmpty { return await kill() }
    for program in programs { _ = Glibc.kill(program, SIGTERM) }
    let killer = Task {
      try await Task.sleep(for: .seconds(seconds))
      await kill()
    }
    _ = await child.wait()
    killer.cancel()
  }

  /// Ends it and everything it started, daemons too; returns when all of it is gone.
  func kill() async {
    // The kernel ends a process namespace before its process 1 is gone. Killing bubblewrap on this side would do the
    // same, but would not wait for it.
    if child.hasEnded { return }
    for inner in ProcessTree().children(of: outerID) { _ = Glibc.kill(inner, SIGKILL) }
    let killer = Task {
      try await Task.sleep(for: .seconds(2))
      child.signal(SIGKILL)
    }
    _ = await child.wait()
    killer.cancel()
  }

  func errorOutput() -> [UInt8] { child.errorOutput() }

  private func programIDs() -> [Int32] {
    if child.hasEnded { return [] }
    let tree = ProcessTree()
    return tree.children(of: outerID).flatMap { tree.children(of: $0) }
  }
}
