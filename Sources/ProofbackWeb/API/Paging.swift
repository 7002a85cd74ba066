import Foundation
import ProofbackCore
import ProofbackServer

/// A part of a list, and where the next begins.
struct Page<Item: Encodable & Sendable>: Encodable, Sendable {
  var items: [Item]
  /// Nil at the end.
  var next: String?
}

/// Which part of a list is asked for.
struct Paging: Sendable {
  /// What the cursors of a list are.
  enum Kind: Sendable {
    /// Numbers: a place in the list, or what it is ordered by.
    case number
    /// The id of the last item that was seen, so that nothing comes twice or is left out when items are added meanwhile.
    case id
  }

  static let queries = ["limit", "cursor"]
  static let unknownCursor = FormProblems("cursor", "it is none that an answer gave", hint: "take it from next")
  var limit: Int
  /// What an earlier answer's `next` said.
  var cursor: Int64?
  /// The same, in lists of the kind `id`.
  var after: String?

  /// - Throws: `FormProblems`.
  init(_ visit: APIVisit, _ kind: Kind = .number) throws {
    guard let limit = Int(visit.query("limit") ?? "50"), (1...200).contains(limit) else {
      throw FormProblems("limit", "it is no number from 1 to 200")
    }
    self.limit = limit
    guard let text = visit.query("cursor") else { return }
    // A letter in front keeps people from doing sums with it.
    guard text.hasPrefix("c") else { throw Self.unknownCursor }
    switch kind {
    case .number:
      guard let cursor = Int64(text.dropFirst(), radix: 36), cursor >= 0, cursor < 1 << 53 else {
        throw Self.unknownCursor
      }
      self.cursor = cursor
    case .id: after = String(text.dropFirst().prefix(64))
    }
  }

  static func text(_ cursor: Int64) -> String { "c" + String(cursor, radix: 36) }

  /// Of a list that is at hand: the cursor is a place in it.
  func page<Element, Item>(_ all: [Element], _ item: (Element) throws -> Item) rethrows -> Page<Item> {
    let start = min(all.count, Int(cursor ?? 0))
    let part = all[start...].prefix(limit)
    return Page(
      items: try part.map(item), next: start + part.count < all.count ? Self.text(Int64(start + part.count)) : nil)
  }

  /// Of a list of the kind `id`.
  /// - Parameter read: gives so many items after the one that is named.
  /// - Throws: `FormProblems` when there is none of that name.
  func page<Element, Item>(
    id: (Element) -> String, _ read: (_ after: String?, _ limit: Int) throws -> [Element],
    _ item: (Element) throws -> Item
  ) throws -> Page<Item> {
    let some: [Element]
    do { some = try read(after, limit + 1) } catch StoreError.notThere { throw Self.unknownCursor }
    let part = some.prefix(limit)
    return Page(items: try part.map(item), next: some.count > limit ? part.last.map { "c" + id($0) } : nil)
  }
}
