import Synchronization

/// A flag that threads share; once set it stays.
public final class Flag: Sendable {
  private let state = Atomic<Bool>(false)

  public init() {}

  public var isSet: Bool { state.load(ordering: .relaxed) }

  /// Sets it.
  /// - Returns: whether it was this call that did.
  @discardableResult public func set() -> Bool { !state.exchange(true, ordering: .relaxed) }
}
