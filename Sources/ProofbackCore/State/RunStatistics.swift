public import Foundation

/// What has been counted over all runs, for those who watch the server from outside.
public struct RunStatistics: Sendable, Equatable {
  /// What one stage took over all runs.
  public struct StageTotal: Sendable, Equatable {
    public var stage: Stage
    public var runs: Int64
    public var seconds: Double
    public var bytes: Int64

    public init(stage: Stage, runs: Int64, seconds: Double, bytes: Int64) {
      self.stage = stage
      self.runs = runs
      self.seconds = seconds
      self.bytes = bytes
    }
  }

  /// When a restore test was last proven; nil: never.
  public struct Proof: Sendable, Equatable {
    public var restoreTest: String
    public var name: String
    public var proven: Date?

    public init(restoreTest: String, name: String, proven: Date?) {
      self.restoreTest = restoreTest
      self.name = name
      self.proven = proven
    }
  }

  /// Ended runs since the state was made; what is deleted later stays counted.
  public var ended: [Verdict: Int64] = [:]
  public var stages: [StageTotal] = []
  public var proofs: [Proof] = []
  public var waiting = 0
  public var running = 0
  /// When the run that waits longest was asked for.
  public var longestWaiting: Date?

  public init() {}
}
