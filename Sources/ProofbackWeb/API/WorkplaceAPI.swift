import Foundation
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Where runs are carried out.
enum WorkplaceAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/workplaces", .manage, queries: Paging.queries, list),
    APIRoute(.post, "/api/v1/workplaces", .manage, success: .created, add),
    APIRoute(.get, "/api/v1/workplaces/kinds", .manage, kinds),
    APIRoute(.get, "/api/v1/workplaces/{id}", .manage) { try $0.json(Item($0.id, $0)) },
    APIRoute(.put, "/api/v1/workplaces/{id}", .manage, change),
    APIRoute(.delete, "/api/v1/workplaces/{id}", .manage, success: .noContent, delete),
  ]

  struct Item: Encodable, Sendable {
    var id: String
    var name: String
    var kind: String
    var description: String
    var options: [String: String]
    /// Runs at once.
    var limit: Int
    /// Dollars a month.
    var ceiling: Int?
    /// Dollars, in this month.
    var spent: Double
    /// The newest first.
    var months: [Month]
    /// Names of restore tests.
    var usedBy: [String]
    var created: Date

    struct Month: Encodable, Sendable {
      var month: String
      var runs: Int
      var seconds: Double
      var dollars: Double

      init(_ cost: MonthlyCost) {
        (month, runs, seconds, dollars) = (cost.month, cost.runs, cost.seconds, cost.dollars)
      }
    }

    init(_ id: String, _ visit: APIVisit) throws {
      guard let workplace = try visit.state.kept.workplaces.workplace(id) else { throw StoreError.notThere }
      try self.init(workplace, visit)
    }

    init(_ workplace: Workplace, _ visit: APIVisit) throws {
      (id, name, kind, description) = (workplace.id, workplace.name, workplace.kind, workplace.description)
      (options, limit, created) = (workplace.options, workplace.limit, workplace.created)
      (ceiling, spent) = (workplace.ceiling.map { Int($0) }, workplace.spent)
      months = try visit.state.kept.workplaces.costs(of: workplace.id, months: 12).map(Month.init)
      usedBy = try visit.state.kept.workplaces.users(of: workplace.id)
    }
  }

  private static let fields: [String: APIBody.Kind] = [
    "name": .text, "limit": .whole, "ceiling": .whole, "options": .options,
  ]

  @Sendable private static func list(_ visit: APIVisit) throws -> Response {
    try visit.json(Paging(visit).page(visit.state.kept.workplaces.all()) { try Item($0, visit) })
  }

  @Sendable private static func add(_ visit: APIVisit) throws -> Response {
    let form = try visit.body.form(fields.merging(["kind": .text]) { own, _ in own })
    let workplace = try WorkplaceKeeping(visit.state).add(
      kind: form["kind"] ?? "", name: form["name"] ?? "", limit: form["limit"] ?? "",
      ceiling: form["ceiling"] ?? "", values: visit.body.options, by: visit.actor)
    return try visit.json(Item(workplace, visit), .created, location: "/workplaces/\(workplace.id)")
  }

  @Sendable private static func change(_ visit: APIVisit) throws -> Response {
    let form = try visit.body.form(fields)
    try WorkplaceKeeping(visit.state).change(
      visit.id, name: form["name"] ?? "", limit: form["limit"] ?? "", ceiling: form["ceiling"] ?? "",
      values: visit.body.options, by: visit.actor)
    return try visit.json(Item(visit.id, visit))
  }

  @Sendable private static func kinds(_ visit: APIVisit) throws -> Response {
    try visit.json(
      ChannelAPI.Kinds(
        kinds: visit.state.launchers.kinds.map {
          ChannelAPI.Kind(name: $0.name, title: $0.title, options: $0.options.map(OptionItem.init))
        }))
  }

  @Sendable private static func delete(_ visit: APIVisit) throws -> Response {
    do {
      try visit.state.kept.workplaces.delete(visit.id, by: visit.actor)
      return visit.nothing
    } catch StoreError.inUse(let names) {
      throw Problem.conflict("it is used by \(names.joined(separator: ", "))")
    }
  }
}
