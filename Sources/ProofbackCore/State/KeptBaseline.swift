public import Foundation

/// What a restore test's runs are held against, as its page names it.
public struct KeptBaseline: Sendable, Equatable {
  /// The passed run that left it. Its results may be gone.
  public var run: String
  public var at: Date
  public var tables: Int

  public init(run: String, at: Date, tables: Int) {
    self.run = run
    self.at = at
    self.tables = tables
  }
}

/// The newest baseline of each restore test. A passed run leaves it with its end (`RunRecorder`).
public protocol BaselineRepository: Sendable {
  /// All of it, for an assignment.
  /// - Throws: `StoreError.wrongMasterKey`.
  func baseline(of restoreTest: String) throws -> Baseline?
  func kept(of restoreTest: String) throws -> KeptBaseline?
  /// The next passed run begins a new one. Safe twice.
  func forget(of schedule: Schedule, by actor: Actor) throws
}
