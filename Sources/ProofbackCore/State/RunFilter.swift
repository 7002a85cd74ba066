public import Foundation

/// Which runs a list shows. What is empty or nil holds for all.
public struct RunFilter: Sendable, Equatable {
  /// A run's state, and its verdict once it has ended.
  public enum Outcome: String, Sendable, CaseIterable {
    case waiting, running, passed, failed, inconclusive
  }

  public var outcomes: Set<Outcome> = []
  public var type: String?
  public var restoreTest: String?
  /// Asked for at this time or later.
  public var from: Date?
  /// Asked for before this time.
  public var until: Date?
  /// Words of the title, the location, the file's name, the sentence or the cause, all of which have to be there;
  /// `shop*` is any word that begins so.
  public var text = ""

  public init() {}
}

/// A place in the list of all runs; the same run has the same place for ever.
public struct RunPlace: Sendable, Equatable, Comparable {
  /// The time of the request in 1024ths of a millisecond, made unique.
  public let number: Int64

  public init(number: Int64) { self.number = number }

  /// As it stands in an address; nil when it is none.
  public init?(_ text: String) {
    guard let number = Int64(text), number >= 0 else { return nil }
    self.number = number
  }

  public var text: String { String(number) }

  public static func < (one: RunPlace, other: RunPlace) -> Bool { one.number < other.number }
}

/// Where a page of the list begins.
public enum RunPosition: Sendable, Equatable {
  case newest
  case older(than: RunPlace)
  case newer(than: RunPlace)
}

/// A page of a list of runs, the newest first.
public struct RunPage: Sendable, Equatable {
  public var runs: [RunRecord]
  /// The place after which the next page begins; nil on the last one.
  public var older: RunPlace?
  /// The place before which the page before ends; nil on the first one.
  public var newer: RunPlace?

  public init(runs: [RunRecord], older: RunPlace?, newer: RunPlace?) {
    self.runs = runs
    self.older = older
    self.newer = newer
  }
}

extension RunHistory {
  /// The newest first.
  /// - Parameter before: asked for before this time.
  public func newest(before: Date?, limit: Int) throws -> [RunRecord] {
    var filter = RunFilter()
    filter.until = before
    return try page(filter, .newest, limit: limit).runs
  }
}
