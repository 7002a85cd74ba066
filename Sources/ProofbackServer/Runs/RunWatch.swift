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
    /// Stages that began, be it that they are done; a backup without encryption has no `decrypt`.
    public var begun: Set<Stage> = []
    public init() {}

    /// From fetch to import the stages are one pipe: what one of them has done says how far all are.
    private static let pipe: Set<Stage> = [.fetch, .decrypt, .decompress, .import]

    mutating func begin(_ stage: Stage) {
      if !Self.pipe.contains(stage) { (bytes, total) = (0, nil) }
      self.stage = stage
      begun.insert(stage)
    }

    /// Of several at once, the one counts that knows its end.
    mutating func go(to bytes: UInt64, of total: UInt64?, in stage: Stage) {
      guard total != nil || self.total == nil else { return }
      (self.bytes, self.total) = (bytes, total)
    }
  }

  private struct Watched {
    var position = Position()
    var followers: [Int: AsyncStream<Position>.Continuation] = [:]
    var nextFollower = 0
  }

  private let runs = Mutex<[String: Watched]>([:])
  private let seats: Mutex<Int>

  /// - Parameter seats: how many may watch at the same time, each over a connection that stays.
  public init(seats: Int = 200) { self.seats = Mutex(seats) }

  /// Lets somebody watch while `body` goes on.
  /// - Returns: nil when as many watch as may.
  public func seated<Result>(_ body: () async throws -> Result) async rethrows -> Result? {
    let isFree = seats.withLock { seats -> Bool in
      guard seats > 0 else { return false }
      seats -= 1
      return true
    }
    guard isFree else { return nil }
    defer { seats.withLock { $0 += 1 } }
    return try await body()
  }

  func begin(_ id: String) { runs.withLock { $0[id] = Watched() } }

  func take(_ id: String, _ event: RunEvent) {
    runs.withLock { runs in
      guard var watched = runs[id] else { return }
      switch event {
      case .stageStarted(let stage): watched.position.begin(stage)
      case .progress(let stage, let bytes, let total): watched.position.go(to: bytes, of: total, in: stage)
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

  /// Of all runs that are running here, by their ids.
  public func positions() -> [String: Position] { runs.withLock { $0.mapValues(\.position) } }

  /// Positions as they come, the newest first to go out; ends with the run. Nil when it is not running here.
  /// - Parameter pause: after which the position is told again, new or not: what says nothing for long is cut off on its
  ///   way, by proxies mostly after 60 seconds.
  public func follow(_ id: String, again pause: Duration = .seconds(15)) -> AsyncStream<Position>? {
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
    let repeating = Task { [weak self] in
      while (try? await Task.sleep(for: pause)) != nil { self?.tellAgain(id, number) }
    }
    continuation.onTermination = { [weak self] _ in
      repeating.cancel()
      self?.runs.withLock { _ = $0[id]?.followers.removeValue(forKey: number) }
    }
    return stream
  }

  private func tellAgain(_ id: String, _ number: Int) {
    runs.withLock { runs in
      guard let watched = runs[id] else { return }
      watched.followers[number]?.yield(watched.position)
    }
  }
}
