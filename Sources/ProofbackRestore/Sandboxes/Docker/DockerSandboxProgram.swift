import Glibc
import ProofbackCore
import ProofbackSystem

/// A program in a container: on this side the `docker exec` that carries its streams.
final class DockerSandboxProgram: SandboxProcess {
  private let child: ChildProcess
  /// Where its process id stands inside.
  private let note: String
  private let user: String
  private unowned let sandbox: DockerSandbox

  init(_ child: ChildProcess, note: String, user: String, sandbox: DockerSandbox) {
    self.child = child
    self.note = note
    self.user = user
    self.sandbox = sandbox
  }

  func ended() async -> ProcessEnd { await child.wait() }

  /// `docker exec` ends with the program's exit code, with 128 + n when it ended by signal n.
  func wait() async -> ProcessEnd {
    _ = await child.wholeErrorOutput()
    let end = await child.wait()
    guard case .exited(let code) = end, (129...192).contains(code) else { return end }
    if code - 128 == SIGXFSZ { sandbox.noteLongFile() }
    if code - 128 == SIGKILL { await sandbox.readCounters() }
    return .signalled(code - 128)
  }

  func stop(within seconds: Double) async {
    if child.hasEnded { return }
    guard seconds > 0 else { return await kill() }
    await sandbox.end(note, user: user, "TERM")
    let killer = Task {
      try await Task.sleep(for: .seconds(seconds))
      await kill()
    }
    _ = await child.wait()
    killer.cancel()
  }

  private func kill() async {
    await sandbox.end(note, user: user, "KILL")
    await letGo()
  }

  /// Waits for the end of what carries the streams, which follows the program's; not for long.
  func letGo() async {
    let killer = Task {
      try await Task.sleep(for: .seconds(5))
      child.signal(SIGKILL)
    }
    _ = await child.wait()
    killer.cancel()
  }

  func errorOutput() -> [UInt8] { child.errorOutput() }
}
