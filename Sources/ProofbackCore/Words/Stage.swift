/// The steps of a run, in their order.
public enum Stage: String, Sendable, Codable, CaseIterable {
  case locate, fetch, decrypt, decompress, `import`, verify, destroy
}

/// What one stage took. `fetch`, `decrypt`, `decompress` and `import` run at the same time, as one pipe.
public struct StageRecord: Sendable, Codable, Equatable {
  public var name: Stage
  public var seconds: Double
  /// Bytes that came out of the stage (`import`: that went into the DBMS).
  public var bytes: UInt64
  /// Seconds from the run's start to the stage's; nil in reports of before it was measured.
  public var begun: Double?

  public init(name: Stage, seconds: Double, bytes: UInt64, begun: Double? = nil) {
    self.begun = begun
    self.name = name
    self.seconds = seconds
    self.bytes = bytes
  }
}
