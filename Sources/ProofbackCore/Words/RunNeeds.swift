/// What a run is expected to take, for whoever looks for a machine that is no bigger than that.
public struct RunNeeds: Sendable, Equatable {
  /// Of the sandbox.
  public var memoryBytes: UInt64
  /// Of the restored data.
  public var diskBytes: UInt64
  /// From the worker's start to its end.
  public var seconds: Double
  /// Where these figures come from, for people: `the run's limits`.
  public var basis: String

  public init(memoryBytes: UInt64, diskBytes: UInt64, seconds: Double, basis: String) {
    self.memoryBytes = memoryBytes
    self.diskBytes = diskBytes
    self.seconds = seconds
    self.basis = basis
  }

  /// A run takes no more than its limits.
  public init(_ specification: RunSpecification) {
    let limits = specification.limits
    self.init(
      memoryBytes: limits.memoryBytes, diskBytes: limits.diskBytes,
      seconds: limits.seconds + (specification.keepSeconds ?? 0), basis: "the run's limits")
  }
}
