import ProofbackCore
import Synchronization

/// Lets so many through at once and so many a second.
struct TokenBucket: Sendable {
  private static let size = 40.0
  private static let perSecond = 20.0
  private var level = size
  private var looked = ContinuousClock.Instant.now

  mutating func take() -> Bool {
    let now = ContinuousClock.Instant.now
    level = min(Self.size, level + looked.duration(to: now) / .seconds(1) * Self.perSecond)
    looked = now
    guard level >= 1 else { return false }
    level -= 1
    return true
  }
}

/// The same for each address that wrong tokens come from. Tokens can't be guessed: this is for the load.
final class AddressLimit: Sendable {
  private static let most = 10_000
  private let buckets = Mutex<[String: TokenBucket]>([:])

  func take(_ address: String) -> Bool {
    buckets.withLock { buckets in
      // A flood of addresses must not fill memory.
      if buckets[address] == nil, buckets.count >= Self.most { buckets.removeAll() }
      return buckets[address, default: TokenBucket()].take()
    }
  }
}
