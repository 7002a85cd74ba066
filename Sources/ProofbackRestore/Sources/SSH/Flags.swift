import Synchronization

/// True for the first caller only.
final class ClosedOnce: Sendable {
  private let claimed = Atomic(false)
  func claim() -> Bool { !claimed.exchange(true, ordering: .sequentiallyConsistent) }
}

/// Whether the server answered our greeting: from then on it is not the login that failed.
final class Greeted: Sendable {
  private let flag = Atomic(false)
  func set() { flag.store(true, ordering: .sequentiallyConsistent) }
  var isSet: Bool { flag.load(ordering: .sequentiallyConsistent) }
}
