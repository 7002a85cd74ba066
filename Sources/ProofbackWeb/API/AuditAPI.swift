import Foundation
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Who did what, when and from where.
enum AuditAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/audit", .manage, queries: Paging.queries + ["person", "text"], list)
  ]

  struct Line: Encodable, Sendable {
    var number: Int64
    var at: Date
    /// A person's id; nil: the server or its command line.
    var who: String?
    var name: String?
    /// A code: `credential.added`.
    var what: String
    /// An id.
    var about: String
    /// Names as they were then.
    var details: String
    var origin: String

    init(_ line: AuditLine) {
      (number, at, who, name) = (line.number, line.at, line.who, line.name)
      (what, about, details, origin) = (line.what, line.about, line.details, line.origin)
    }
  }

  /// A part of the trail, and the line that it ends with now.
  struct Part: Encodable, Sendable {
    struct Seal: Encodable, Sendable {
      var number: Int64
      var hash: String
    }
    var items: [Line]
    var next: String?
    var newest: Seal?
  }

  @Sendable private static func list(_ visit: APIVisit) throws -> Response {
    let paging = try Paging(visit)
    let filter = AuditFilter(
      person: try visit.given("person", longest: 100), text: try visit.given("text", longest: 100))
    let page = try visit.state.kept.audit.page(filter, before: paging.cursor, limit: paging.limit)
    let newest = try visit.state.kept.audit.newest()
    return try visit.json(
      Part(
        items: page.lines.map(Line.init), next: page.older.map(Paging.text),
        newest: newest.map { Part.Seal(number: $0.number, hash: $0.hash) }))
  }
}
