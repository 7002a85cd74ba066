import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Who may log in.
enum PeopleRoutes {
  static let all: [Route] = [
    .get("/people", .manager) { try show($0) }, .post("/people", .manager, add),
    .post("/people/{id}/remove", .manager, remove),
  ]

  struct Row: Sendable {
    var id: String
    var name: String
    var login: String
    var role: String
    var canBeRemoved: Bool
    /// Whether the login asks for a code.
    var hasCodes: Bool
  }

  struct Content: Sendable {
    var people: [Row]
    var fact: String?
    var name: String
    var login: String
    var isManagerChosen: Bool
    var problems: [String: String]
  }

  private static func show(
    _ visit: Visit, fact: String? = nil, problems: FormProblems? = nil, status: HTTPResponse.Status = .ok
  ) throws -> Response {
    let rows = try visit.state.kept.people.all().map {
      Row(
        id: $0.id, name: $0.name, login: $0.login, role: $0.role.rawValue, canBeRemoved: $0.id != visit.person?.id,
        hasCodes: try visit.state.kept.secondFactors.isOn(for: $0.id))
    }
    let content = Content(
      people: rows, fact: fact, name: visit.field("name"), login: visit.field("login"),
      isManagerChosen: visit.field("role") == Role.manager.rawValue, problems: FieldProblems.texts(problems))
    return visit.page("people", "People", content, status: status)
  }

  @Sendable private static func add(_ visit: Visit) async throws -> Response {
    do {
      _ = try await visit.site.accounts.add(
        login: visit.field("login"), name: visit.field("name"), role: Role(rawValue: visit.field("role")) ?? .user,
        password: visit.field("password"), by: visit.actor)
      return visit.go(to: "/people")
    } catch let problems as FormProblems {
      return try show(visit, problems: problems, status: .unprocessableContent)
    }
  }

  @Sendable private static func remove(_ visit: Visit) throws -> Response {
    do {
      try visit.site.accounts.remove(visit.parameters.get("id") ?? "", by: visit.actor)
      return visit.go(to: "/people")
    } catch StoreError.lastManager {
      return try show(visit, fact: "The last manager can't be removed.", status: .conflict)
    }
  }
}
