import Glibc
import ProofbackCore
import ProofbackSystem

/// A program in a neighbour's container.
final class NeighbourProgram: SandboxProcess {
  private let control: JobControl
  /// In the container's own count. It is the container that says it, and nobody else that is told it again.
  private let processID: Int32
  private let neighbour: Neighbour
  private let completion: Task<ProcessEnd, Never>
  private let ended: Flag

  init(_ control: JobControl, processID: Int32, neighbour: Neighbour) {
    self.control = control
    self.processID = processID
    self.neighbour = neighbour
    let ended = Flag()
    self.ended = ended
    completion = Task.detached {
      let end = try? await Blocking.run("job") {
        defer { control.close() }
        return control.end()
      }
      ended.set()
      return end ?? .signalled(SIGKILL)
    }
  }

  func wait() async -> ProcessEnd { await completion.value }

  func stop(within seconds: Double) async {
    if ended.isSet { return }
    if seconds > 0 {
      await neighbour.end(processID, "TERM")
      if await isEnded(within: seconds) { return }
    }
    await neighbour.end(processID, "KILL")
    // A container that does not do it is ended with the sandbox.
    _ = await isEnded(within: 5)
  }

  private func isEnded(within seconds: Double) async -> Bool {
    let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
    while ContinuousClock.now < deadline, !ended.isSet { try? await Task.sleep(for: .milliseconds(10)) }
    return ended.isSet
  }

  func errorOutput() -> [UInt8] { control.errorOutput() }
}
