public import Foundation

/// What a token of the API may do. Each scope includes those before it.
public enum TokenScope: String, Sendable, Codable, CaseIterable {
  /// Look at what everybody may see.
  case read
  /// Ask for runs, end them, and change schedules.
  case run
  /// All that a manager may do.
  case manage

  public func includes(_ other: TokenScope) -> Bool {
    let order = Self.allCases
    return (order.firstIndex(of: self) ?? 0) >= (order.firstIndex(of: other) ?? 0)
  }
}

/// A token of the API, as its person sees it. The token itself is only with its holder.
public struct APIToken: Sendable, Equatable, Identifiable {
  public var id: String
  public var name: String
  public var scope: TokenScope
  public var created: Date
  /// To the minute.
  public var lastUsed: Date?

  public init(id: String, name: String, scope: TokenScope, created: Date, lastUsed: Date?) {
    self.id = id
    self.name = name
    self.scope = scope
    self.created = created
    self.lastUsed = lastUsed
  }
}

/// A browser that a person is logged in with, as the person sees it.
public struct OpenSession: Sendable, Equatable {
  public var address: String
  public var created: Date
  /// To the minute.
  public var seen: Date
  /// The one that asks.
  public var isOwn: Bool

  public init(address: String, created: Date, seen: Date, isOwn: Bool) {
    self.address = address
    self.created = created
    self.seen = seen
    self.isOwn = isOwn
  }
}
