/// A place where a worker is started. One folder in `ProofbackLaunchers/`.
public protocol Launcher: Sendable {
  /// `local`, `ec2` …
  var name: String { get }
  /// Starts a worker, gives it the assignment once, passes its events on, and returns its report when it has ended.
  /// Cancelling the task asks the worker to end; it destroys its sandbox and reports.
  /// - Throws: `RunTrouble` when the worker ended without a report.
  func launch(_ assignment: Assignment, events: any EventSink) async throws -> RunReport
  /// Destroys what outlived its run, whatever crashed; what belongs to a run that goes on is never touched. Safe at any
  /// time, and by several at once.
  /// - Parameters:
  ///   - stateFolder: the one that assignments name.
  ///   - isGoingOn: whether a run goes on, by the id that its specification has.
  /// - Returns: what could not be destroyed, for people.
  func reap(stateFolder: String, isGoingOn: @escaping @Sendable (String) -> Bool) async -> [String]
}

extension Launcher {
  /// For places where nothing outlives its run.
  public func reap(stateFolder: String, isGoingOn: @escaping @Sendable (String) -> Bool) async -> [String] { [] }
}
