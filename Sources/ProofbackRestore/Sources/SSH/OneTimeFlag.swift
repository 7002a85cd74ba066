import Synchronization

/// Something that happens once, seen from several threads.
final class OneTimeFlag: Sendable {
  private let value = Atomic(false)

  /// - Returns: whether this was the first time.
  @discardableResult
  func set() -> Bool { !value.exchange(true, ordering: .sequentiallyConsistent) }

  var isSet: Bool { value.load(ordering: .sequentiallyConsistent) }
}
