import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore

/// Who did what, when and from where.
enum AuditRoutes {
  static let all: [Route] = [.get("/audit", .manager, show)]

  struct Row: Sendable {
    var number: Int64
    var who: String
    var what: String
    var about: String
    var link: String?
    var origin: String
    var when: Moment
  }

  struct Content: Sendable {
    var sentence: String
    var lines: [Row]
    var hasLines: Bool
    var isFiltered: Bool
    var people: [Choice]
    var text: String
    var older: String?
    var newest: AuditSeal?
  }

  private static let pageSize = 50

  @Sendable private static func show(_ visit: Visit) throws -> Response {
    let person = visit.query("person").flatMap { $0.isEmpty ? nil : String($0.prefix(64)) }
    let text = visit.query("text").flatMap { $0.isEmpty ? nil : String($0.prefix(100)) }
    let filter = AuditFilter(person: person, text: text)
    let page = try visit.state.kept.audit.page(
      filter, before: visit.query("before").flatMap { Int64($0) }, limit: pageSize)
    let people = try visit.state.kept.people.all().map {
      Choice(value: $0.id, label: "\($0.name) (\($0.login))", isChosen: $0.id == person)
    }
    let content = Content(
      sentence: try sentence(visit), lines: page.lines.map { row($0, now: visit.now) }, hasLines: !page.lines.isEmpty,
      isFiltered: person != nil || text != nil,
      people: people, text: text ?? "", older: page.older.map { address($0, filter) },
      newest: try visit.state.kept.audit.newest())
    return visit.page("audit", "Audit trail", content)
  }

  /// Who did the last thing, whatever is looked for.
  private static func sentence(_ visit: Visit) throws -> String {
    guard let last = try visit.state.kept.audit.page(AuditFilter(), before: nil, limit: 1).lines.first else {
      return "Nothing has happened yet."
    }
    let line = row(last, now: visit.now)
    return "Last, \(line.when.ago): \(UntrustedText.line(line.who, limit: 60)) \(line.what)."
  }

  private static func row(_ line: AuditLine, now: Date) -> Row {
    Row(
      number: line.number, who: line.name ?? line.who ?? "the server", what: AuditWords.text(line.what),
      about: AuditWords.about(line), link: AuditWords.link(line), origin: line.origin,
      when: Moment(line.at, now: now))
  }

  private static func address(_ older: Int64, _ filter: AuditFilter) -> String {
    var address = URLComponents()
    address.path = "/audit"
    address.queryItems = [
      URLQueryItem(name: "person", value: filter.person), URLQueryItem(name: "text", value: filter.text),
      URLQueryItem(name: "before", value: String(older)),
    ].filter { $0.value != nil }
    return address.string ?? "/audit?before=\(older)"
  }
}
