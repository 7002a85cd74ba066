/// How long a launcher waits, seconds.
public struct AWSPace: Sendable, Equatable {
  /// For a worker that was started to come for its assignment.
  public var claim: Double
  /// Between looks at a machine.
  public var look: Double
  /// For the report of a worker whose machine has ended.
  public var lastWords: Double

  public init(claim: Double = 600, look: Double = 15, lastWords: Double = 20) {
    self.claim = claim
    self.look = look
    self.lastWords = lastWords
  }
}
