/// A kind of workplace. One folder in `ProofbackLaunchers/`, one line in `LauncherCatalogue`; nothing outside names it.
public protocol LauncherKind: Sendable {
  /// `local`, `ec2` …
  var name: String { get }
  /// For people: `Amazon EC2, a machine for each run`.
  var title: String { get }
  /// From these come form, validation and docs. None of them is a secret.
  var options: [KindOption] { get }
  /// Whether its workers are on this machine, and see what lies on it.
  var isHere: Bool { get }
  /// What its machines are paid by; empty: nothing is paid for.
  var prices: [PriceItem] { get }
  /// Whether the server looks for the backup before it starts a machine for it.
  /// - Parameter options: some that `describe` takes.
  func looksFirst(_ options: [String: String]) -> Bool

  /// Looks at options that fit the schema.
  /// - Returns: where it is, for lists.
  /// - Throws: `OptionProblem` naming the option.
  func describe(_ options: [String: String]) throws -> String

  /// - Parameter options: some that `describe` takes.
  func launcher(_ options: [String: String], in surroundings: LauncherSurroundings) -> any Launcher
}

extension LauncherKind {
  public var prices: [PriceItem] { [] }
  public func looksFirst(_ options: [String: String]) -> Bool { !isHere }
}

/// What a server lends to its launchers.
public struct LauncherSurroundings: Sendable {
  /// Of the state: what launchers create is marked with it, so that nobody takes another server's machines for its own.
  public var serverID: String
  /// Nil: workers elsewhere can't reach this server.
  public var desk: (any WorkerDesk)?
  /// What a run reads of a bucket; nil: it reads none, or nobody can say.
  public var reach: @Sendable (RunSpecification) -> BucketReach?
  /// What the run is expected to take; nil: as much as it may.
  public var needs: RunNeeds?
  /// Whether the server has just seen that the object is there.
  public var wasSeen = false
  public var prices = PriceList()
  /// To be told of each machine that was started for the run.
  public var started: @Sendable (MachineUse) -> Void = { _ in }

  public init(
    serverID: String, desk: (any WorkerDesk)?,
    reach: @escaping @Sendable (RunSpecification) -> BucketReach? = { _ in nil }
  ) {
    self.serverID = serverID
    self.desk = desk
    self.reach = reach
  }
}

/// Where a server has runs carried out: the executable fills it in.
public struct Launchers: Sendable {
  public var kinds: [any LauncherKind]
  public var desk: (any WorkerDesk)?

  public init(kinds: [any LauncherKind], desk: (any WorkerDesk)? = nil) {
    self.kinds = kinds
    self.desk = desk
  }

  /// Runs are carried out on this machine only.
  public static let none = Launchers(kinds: [])

  public func kind(_ name: String) -> (any LauncherKind)? { kinds.first { $0.name == name } }
}
