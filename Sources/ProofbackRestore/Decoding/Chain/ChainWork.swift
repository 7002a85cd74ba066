import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// What runs for one chain: the layers from the outside in, and the signal that stops their hops.
final class ChainWork: Sendable {
  private struct State {
    var layers: [RunningLayer] = []
    var stopped = false
  }
  private let state = Mutex(State())
  private let stopPipe: Pipe
  private let onBytes: @Sendable (Stage, UInt64) -> Void

  init(onBytes: @escaping @Sendable (Stage, UInt64) -> Void) throws {
    stopPipe = try Pipe(capacity: 4096)
    self.onBytes = onBytes
  }

  deinit {
    try? stopPipe.readEnd.close()
    if !state.withLock({ $0.stopped }) { try? stopPipe.writeEnd.close() }
  }

  /// Hung up once all is to stop.
  var stop: FileDescriptor { stopPipe.readEnd }
  var layers: [RunningLayer] { state.withLock { $0.layers } }

  /// Adds a layer and starts to feed it. What the feed counts is what came out of the layer before it.
  func add(_ layer: RunningLayer) {
    let before = state.withLock { state in
      state.layers.append(layer)
      if state.stopped { layer.kill() }
      return state.layers.count - 2
    }
    layer.feed.start(onBytes: { [weak self] in self?.tell($0, outOf: before) })
  }

  /// Bytes out of the layer at `index`; told when it is its stage's innermost.
  func tell(_ bytes: UInt64, outOf index: Int) {
    let layers = layers
    guard layers.indices.contains(index) else { return }
    let stage = layers[index].decoder.stage
    if !layers[(index + 1)...].contains(where: { $0.decoder.stage == stage }) { onBytes(stage, bytes) }
  }

  /// Kills every tool and stops every hop. Does not wait. Safe twice, from any thread.
  func stopAll() {
    let layers = state.withLock { state in
      if !state.stopped {
        state.stopped = true
        try? stopPipe.writeEnd.close()
      }
      return state.layers
    }
    for layer in layers { layer.kill() }
  }

  /// `stopAll`, then waits until nothing is left.
  func abandon() async {
    stopAll()
    for layer in layers {
      await layer.feed.ended()
      _ = await layer.judgement(bytesOut: 0)
    }
  }
}
