import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// One layer being peeled off: its tool, and the hop that feeds it.
final class RunningLayer: Sendable {
  let decoder: any LayerDecoder
  private let tool: LayerTool
  private let child: ChildProcess
  /// What the tool reads.
  let feed: PipeHop
  private let begun = ContinuousClock.now
  private let state = Mutex(State())

  private struct State {
    var stoppedByUs = false
    var end: ProcessEnd?
    var seconds: Double = 0
  }

  private init(decoder: any LayerDecoder, tool: LayerTool, child: ChildProcess, feed: PipeHop) {
    self.decoder = decoder
    self.tool = tool
    self.child = child
    self.feed = feed
  }

  /// Starts the tool of `decoder` on what comes from `source`.
  /// - Parameter hashes: whether what comes is to be hashed.
  /// - Returns: the layer, not yet fed, and the pipe on which what is inside comes.
  static func start(
    _ decoder: any LayerDecoder, tool: LayerTool, on source: FileDescriptor, stop: FileDescriptor, hashes: Bool,
    register: (ChildProcess) -> Void
  ) async throws -> (layer: RunningLayer, inside: FileDescriptor) {
    let input = try Pipe()
    let output = try await input.closedOnError { try Pipe() }
    do {
      let child = try await ChildProcess.start(
        tool.command, input: .descriptor(input.readEnd), output: .descriptor(output.writeEnd), ownSession: true)
      register(child)
      let feed = PipeHop(from: source, to: input.writeEnd, stop: stop, hashes: hashes)
      let layer = RunningLayer(decoder: decoder, tool: tool, child: child, feed: feed)
      layer.follow()
      return (layer, output.readEnd)
    } catch {
      try? input.writeEnd.close()
      try? output.readEnd.close()
      tool.cleanUp()
      throw RunTrouble(
        DecodingFindings.notStarted, "\(decoder.name) could not be started",
        evidence: [UntrustedText.line("\(error)")])
    }
  }

  private func follow() {
    Task.detached { [self] in
      let end = await child.wait()
      state.withLock {
        $0.end = end
        $0.seconds = elapsed(since: begun)
      }
    }
  }

  /// Seconds that it took, or has taken so far.
  var seconds: Double { state.withLock { $0.end == nil ? elapsed(since: begun) : $0.seconds } }

  /// Kills the tool with everything that it started; nothing happens when it has ended.
  func kill() {
    state.withLock { if $0.end == nil { $0.stoppedByUs = true } }
    child.signal(9)
  }

  /// Waits for the tool's end. Standard error ends when the last process in the seal has.
  func judgement(bytesOut: UInt64) async -> LayerJudgement {
    let errors = await child.wholeErrorOutput()
    let end = await child.wait()
    tool.cleanUp()
    if state.withLock({ $0.stoppedByUs }) { return LayerJudgement(wasEncrypted: decoder.stage == .decrypt) }
    let outcome = LayerOutcome(end: end, errors: errors, bytesIn: feed.bytes, bytesOut: bytesOut)
    if let finding = DecodingFindings.ofAnyTool(decoder.name, outcome) {
      return LayerJudgement([finding], wasEncrypted: decoder.stage == .decrypt)
    }
    return tool.judge(outcome)
  }
}

private func elapsed(since instant: ContinuousClock.Instant) -> Double {
  (ContinuousClock.now - instant) / .seconds(1)
}
