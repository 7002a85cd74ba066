public import ProofbackCore
import Synchronization

/// What runs say just now, for pages that follow them. Only the state of things is kept: who comes late or reads slowly
/// sees the newest.
public final class RunWatch: Sendable {
  /// Where a run stands.
  public struct Position: Sendable, Equatable, Codable {
    public var stage: Stage?
    public var bytes: UInt64 = 0
    public var total: UInt64?
    public var done: [StageRecord] = []
    public init() {}
  }

  private struct Watched {
    var position = Position()
    var followers: [Int: AsyncStream<Position>.Continuation] = [:]
    var nextFollower = 0
  }

  private let runs = Mutex<[String: Watched]>([:])

  func begin(_ id: String) { runs.withLock { $0[id] = Watched() } }

  func take(_ id: String, _ event: RunEvent) {
    runs.withLock { runs in
      guard var watched = runs[id] else { return }
      switch event {
      case .stageStarted(let stage):
        watched.position.stage = stage
        watched.position.bytes = 0
        watched.position.total = nil
      case .progress(let stage, let bytes, let total):
        watched.position.stage = stage
        watched.position.bytes = bytes
        watched.position.total = total
      // A worker that ends stages without end fills nothing.
      case .stageEnded(let record) where watched.position.done.count < 2 * Stage.allCases.count:
        watched.position.done.append(record)
      default: return
      }
      runs[id] = watched
      for follower in watched.followers.values { follower.yield(watched.position) }
    }
  }

  func end(_ id: String) {
    let followers = runs.withLock { $0.removeValue(forKey: id)?.followers.values.map { $0 } ?? [] }
    for follower in followers { follower.finish() }
  }

  /// Nil when the run is not running here.
  public func position(_ id: String) -> Position? { runs.withLock { $0[id]?.position } }

  /// Positions as they come, the newest first to go out; ends with the run. Nil when it is not running here.
  public func follow(_ id: String) -> AsyncStream<Position>? {
    let (stream, continuation) = AsyncStream.makeStream(of: Position.self, bufferingPolicy: .bufferingNewest(1))
    let number = runs.withLock { runs -> Int? in
      guard var watched = runs[id] else { return nil }
      let number = watched.nextFollower
      watched.nextFollower += 1
      watched.followers[number] = continuation
      continuation.yield(watched.position)
      runs[id] = watched
      return number
    }
    guard let number else { return nil }
    continuation.onTermination = { [weak self] _ in
      self?.runs.withLock { _ = $0[id]?.followers.removeValue(forKey: number) }
    }
    return stream
  }
}
