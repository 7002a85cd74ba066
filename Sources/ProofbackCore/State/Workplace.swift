public import Foundation

/// A named place that runs are carried out in: a launcher with its options. Set up by a manager, chosen by users.
public struct Workplace: Sendable, Equatable, Identifiable {
  /// How many runs a workplace may be set to carry out at once.
  public static let most = 1...1000
  /// Dollars that a monthly ceiling may be set to.
  public static let mostDollars = 1...10_000_000

  public var id: String
  public var name: String
  /// Name of its `LauncherKind`.
  public var kind: String
  /// Where it is, for lists.
  public var description: String
  public var options: [String: String]
  /// How many runs go on in it at once, whichever servers start them.
  public var limit: Int
  /// Dollars a month, by the price list; from there on no run is started in it. Nil: none.
  public var ceiling: Double?
  /// In this month.
  public var spent: Double
  public var created: Date
  public var createdBy: String

  public init(
    id: String, name: String, kind: String, description: String, options: [String: String], limit: Int,
    ceiling: Double?, spent: Double, created: Date, createdBy: String
  ) {
    self.ceiling = ceiling
    self.spent = spent
    self.id = id
    self.name = name
    self.kind = kind
    self.description = description
    self.options = options
    self.limit = limit
    self.created = created
    self.createdBy = createdBy
  }
}

extension Workplace {
  /// No run is started in it until the next month.
  public var isAtCeiling: Bool { ceiling.map { spent >= $0 } ?? false }

  /// As forms write it; empty: none.
  public var ceilingText: String { ceiling.map { String(Int($0)) } ?? "" }
}

/// Workplaces.
public protocol WorkplaceRepository: Sendable {
  /// - Throws: `StoreError.alreadyThere` when one has this name.
  func add(
    name: String, kind: String, description: String, options: [String: String], limit: Int, ceiling: Double?,
    by manager: Actor
  ) throws -> Workplace
  /// Runs that go on are not touched: they were started as it was.
  /// - Throws: `StoreError.alreadyThere`, `StoreError.notThere`.
  func change(
    _ id: String, name: String, description: String, options: [String: String], limit: Int, ceiling: Double?,
    by manager: Actor
  ) throws
  /// By name.
  func all() throws -> [Workplace]
  func workplace(_ id: String) throws -> Workplace?
  /// Names of the restore tests that run in it.
  func users(of id: String) throws -> [String]
  /// - Throws: `StoreError.inUse` with the names of restore tests, and of runs that wait or go on.
  func delete(_ id: String, by manager: Actor) throws
  /// What it cost, the newest month first; what is deleted later stays counted.
  func costs(of id: String, months: Int) throws -> [MonthlyCost]
  /// Adds what was spent on something that is no run.
  func spend(_ dollars: Double, seconds: Double, in id: String, now: Date) throws
  /// Of this state, for as long as it is kept.
  func serverID() throws -> String
}
