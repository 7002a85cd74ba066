public import Foundation

/// Ways to tell people, sealed as credentials are. Every change has its line of the audit trail.
public protocol ChannelRepository: Sendable {
  /// - Throws: `StoreError.alreadyThere` when a channel has this name.
  func add(
    name: String, kind: String, description: String, options: [String: String], by manager: Actor
  ) throws -> Channel
  /// - Throws: `StoreError.alreadyThere`, `StoreError.notThere`.
  func change(_ id: String, name: String, description: String, options: [String: String], by manager: Actor) throws
  /// What waits to be sent by it is dropped.
  /// - Returns: names of restore tests that were told by it alone: they are told by every channel from now on.
  @discardableResult func delete(_ id: String, by manager: Actor) throws -> [String]
  /// By name.
  func all() throws -> [Channel]
  /// The channel and its options, for sending.
  /// - Throws: `StoreError.notThere`, `StoreError.wrongMasterKey`.
  func open(_ id: String) throws -> (channel: Channel, options: [String: String])
  /// Notes what became of something that was sent by it.
  /// - Parameter problem: nil: it got through.
  func noteAttempt(_ id: String, problem: String?, at: Date) throws
  /// Writes into the audit trail that it was tried.
  func noteTest(_ id: String, _ outcome: String, by manager: Actor) throws
}

/// What is to be sent. Messages about runs get in within the transaction that ends the run, those about alerts by
/// `AlertRepository.tell`: one for each run, channel and reason.
public protocol Outbox: Sendable {
  /// Those whose time has come, the longest due first; of each channel and each heartbeat's address one, so that many of
  /// one that hangs don't stand before those of others.
  func due(now: Date, limit: Int) throws -> [OutboxMessage]
  /// Takes a message for sending. Of all that try, one gets it; when it says nothing until `until`, the message is due
  /// again.
  func claim(_ message: OutboxMessage, until: Date) throws -> Bool
  func sent(_ id: String, now: Date) throws
  /// - Parameter retry: when to try again; nil: it is given up.
  func failed(_ id: String, _ problem: String, retry: Date?, now: Date) throws
  /// Those that failed and were not sent since, the newest first.
  func troubled(limit: Int) throws -> [OutboxMessage]
  /// Forgets what was sent or given up before `date`.
  func forget(before date: Date) throws
}

/// A schedule's time that has long come without a run that ended.
public struct Overdue: Sendable, Equatable {
  /// Id of the restore test.
  public var test: String
  public var name: String
  public var due: Date
  public var reason: String

  public init(test: String, name: String, due: Date, reason: String) {
    self.test = test
    self.name = name
    self.due = due
    self.reason = reason
  }
}

/// What should have happened and did not.
public protocol AlertRepository: Sendable {
  /// Open ones, the newest first.
  /// - Parameter after: the id of the last one that is known, open or not; nil: from the first.
  /// - Throws: `StoreError.notThere` when there is no such alert.
  func open(after: String?, limit: Int) throws -> [Alert]
  /// Those among `ids` that are open.
  func alerts(_ ids: [String]) throws -> [Alert]
  /// Schedules, neither stopped nor deleted, that are `grace` seconds over their time; one that runs is given the time
  /// that its limits allow.
  func overdue(grace: TimeInterval, now: Date) throws -> [Overdue]
  /// Opens what is new among `late` and closes what is not among it any more.
  func reconcile(late: [Overdue], now: Date) throws
  /// Opens one for a channel; nothing when it is open.
  func raise(channel: String, since: Date, detail: String, now: Date) throws
  func close(channel: String, now: Date) throws
  /// Opens one for a run whose token came with a second key, and writes it into the audit trail.
  /// - Parameter origin: the address that the second key came from.
  func raise(claimOf run: String, detail: String, from origin: String, now: Date) throws
  /// Closes those about second keys that were opened before `date`: they had their time.
  func closeClaims(before date: Date, now: Date) throws
  /// Writes what was opened and not told yet to the outbox, by the rules of its restore tests: one message for each
  /// channel. A channel's own failure is told by the others.
  func tell(now: Date) throws
}

extension AlertRepository {
  /// The newest open ones.
  public func open(limit: Int) throws -> [Alert] { try open(after: nil, limit: limit) }
}
