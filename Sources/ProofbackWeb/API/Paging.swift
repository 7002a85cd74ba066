import Foundation
import ProofbackServer

/// A part of a list, and where the next begins.
struct Page<Item: Encodable & Sendable>: Encodable, Sendable {
  var items: [Item]
  /// Nil at the end.
  var next: String?
}

/// Which part of a list is asked for.
struct Paging: Sendable {
  static let queries = ["limit", "cursor"]
  var limit: Int
  /// What an earlier answer's `next` said.
  var cursor: Int64?

  /// - Throws: `FormProblems`.
  init(_ visit: APIVisit) throws {
    guard let limit = Int(visit.query("limit") ?? "50"), (1...200).contains(limit) else {
      throw FormProblems("limit", "it is no number from 1 to 200")
    }
    self.limit = limit
    guard let text = visit.query("cursor") else { return }
    // A letter in front keeps people from doing sums with it.
    guard text.hasPrefix("c"), let cursor = Int64(text.dropFirst(), radix: 36), cursor >= 0, cursor < 1 << 53 else {
      throw FormProblems("cursor", "it is none that an answer gave", hint: "take it from next")
    }
    self.cursor = cursor
  }

  static func text(_ cursor: Int64) -> String { "c" + String(cursor, radix: 36) }

  /// Of a list that is at hand: the cursor is a place in it.
  func page<Element, Item>(_ all: [Element], _ item: (Element) throws -> Item) rethrows -> Page<Item> {
    let start = min(all.count, Int(cursor ?? 0))
    let part = all[start...].prefix(limit)
    return Page(
      items: try part.map(item), next: start + part.count < all.count ? Self.text(Int64(start + part.count)) : nil)
  }
}
