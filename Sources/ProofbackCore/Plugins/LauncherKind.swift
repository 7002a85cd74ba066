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

  /// Looks at options that fit the schema.
  /// - Returns: where it is, for lists.
  /// - Throws: `OptionProblem` naming the option.
  func describe(_ options: [String: String]) throws -> String

  /// - Parameter options: some that `describe` takes.
  func launcher(_ options: [String: String], in surroundings: LauncherSurroundings) -> any Launcher
}

/// What a server lends to its launchers.
public struct LauncherSurroundings: Sendable {
  /// Of the state: what launchers create is marked with it, so that nobody takes another server's machines for its own.
  public var serverID: String
  /// Nil: workers elsewhere can't reach this server.
  public var desk: (any WorkerDesk)?
  /// What a run reads of a bucket; nil: it reads none, or nobody can say.
  public var reach: @Sendable (RunSpecification) -> BucketReach?

  public init(
    serverID: String, desk: (any WorkerDesk)?, reach: @escaping @Sendable (RunSpecification) -> BucketReach? = { _ in nil }
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
