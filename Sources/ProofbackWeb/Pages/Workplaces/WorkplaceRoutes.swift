import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Where runs are carried out: managers add, change and delete workplaces.
enum WorkplaceRoutes {
  static let all: [Route] = [
    .get("/workplaces", .manager) { try show($0) }, .post("/workplaces", .manager, add),
    .post("/workplaces/{id}", .manager, change), .post("/workplaces/{id}/delete", .manager, delete),
  ]

  private static func show(
    _ visit: Visit, fact: String? = nil, form: WorkplaceFormContent? = nil, status: HTTPResponse.Status = .ok
  ) throws -> Response {
    let content = try WorkplaceContent(visit, fact: fact, form: form ?? opened(visit))
    return visit.page("workplaces", "Workplaces", content, status: status)
  }

  /// The form that the address asks for: of a workplace that is there, or a new one of a kind.
  private static func opened(_ visit: Visit) throws -> WorkplaceFormContent? {
    if let id = visit.query("change"), let known = try? WorkplaceKeeping(visit.state).shown(id) {
      return WorkplaceFormContent(
        known.kind, id: id, name: known.workplace.name, limit: String(known.workplace.limit),
        ceiling: known.workplace.ceilingText, values: known.workplace.options)
    }
    let launchers = visit.state.launchers
    let kind =
      visit.query("kind").flatMap(launchers.kind) ?? launchers.kinds.first { !$0.isHere } ?? launchers.kinds.first
    return kind.map { WorkplaceFormContent($0) }
  }

  @Sendable private static func add(_ visit: Visit) throws -> Response {
    do {
      _ = try WorkplaceKeeping(visit.state).add(
        kind: visit.field("kind"), name: visit.field("name"), limit: visit.field("limit"),
        ceiling: visit.field("ceiling"), values: visit.form, by: visit.actor)
      return visit.go(to: "/workplaces")
    } catch let problems as FormProblems {
      return try refused(visit, id: nil, visit.state.launchers.kind(visit.field("kind")), problems)
    }
  }

  @Sendable private static func change(_ visit: Visit) throws -> Response {
    let id = visit.parameters.get("id") ?? ""
    let keeping = WorkplaceKeeping(visit.state)
    do {
      try keeping.change(
        id, name: visit.field("name"), limit: visit.field("limit"), ceiling: visit.field("ceiling"),
        values: visit.form, by: visit.actor)
      return visit.go(to: "/workplaces")
    } catch let problems as FormProblems {
      return try refused(visit, id: id, keeping.shown(id).kind, problems)
    }
  }

  private static func refused(
    _ visit: Visit, id: String?, _ kind: (any LauncherKind)?, _ problems: FormProblems
  ) throws -> Response {
    let form = kind.map {
      WorkplaceFormContent(
        $0, id: id, name: visit.field("name"), limit: visit.field("limit"), ceiling: visit.field("ceiling"),
        values: visit.form, problems: problems)
    }
    return try show(visit, form: form, status: .unprocessableContent)
  }

  @Sendable private static func delete(_ visit: Visit) throws -> Response {
    do {
      try visit.state.kept.workplaces.delete(visit.parameters.get("id") ?? "", by: visit.actor)
      return visit.go(to: "/workplaces")
    } catch StoreError.inUse(let names) {
      return try show(visit, fact: "It is used by \(names.joined(separator: ", ")).", status: .conflict)
    }
  }
}
