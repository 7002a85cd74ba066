import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// One person, as managers see and help them: another role, a new password.
enum PersonRoutes {
  static let all: [Route] = [
    .get("/people/{id}", .manager) { try show($0) }, .post("/people/{id}/role", .manager, setRole),
    .post("/people/{id}/password", .manager, resetPassword),
  ]

  struct Content: Sendable {
    var id: String
    var name: String
    var login: String
    var role: String
    var isManager: Bool
    var hasCodes: Bool
    var isOwn: Bool
    var fact: String?
    var done: String?
    var problems: [String: String]
  }

  private static func show(
    _ visit: Visit, fact: String? = nil, done: String? = nil, problems: FormProblems? = nil,
    status: HTTPResponse.Status = .ok
  ) throws -> Response {
    guard let person = try visit.site.accounts.present(id(visit)) else { throw StoreError.notThere }
    let content = Content(
      id: person.id, name: person.name, login: person.login, role: person.role.rawValue,
      isManager: person.role == .manager, hasCodes: try visit.state.kept.secondFactors.isOn(for: person.id),
      isOwn: person.id == visit.person?.id, fact: fact, done: done, problems: FieldProblems.texts(problems))
    return visit.page("person", person.name, content, status: status)
  }

  private static func id(_ visit: Visit) -> String { visit.parameters.get("id") ?? "" }

  @Sendable private static func setRole(_ visit: Visit) throws -> Response {
    do {
      try visit.site.accounts.setRole(of: id(visit), to: visit.field("role"), by: visit.actor)
      return try show(visit, done: "The role is changed.")
    } catch StoreError.lastManager {
      return try show(visit, fact: "The last manager stays one.", status: .conflict)
    } catch let problems as FormProblems {
      return try show(visit, problems: problems, status: .unprocessableContent)
    }
  }

  @Sendable private static func resetPassword(_ visit: Visit) async throws -> Response {
    do {
      try await visit.site.accounts.resetPassword(of: id(visit), to: visit.field("password"), by: visit.actor)
      return try show(visit, done: "The new password is set. Sessions and API tokens of before have ended.")
    } catch AccountProblem.own {
      return try show(visit, fact: "Your own password is changed on your account page.", status: .conflict)
    } catch let problems as FormProblems {
      return try show(visit, problems: problems, status: .unprocessableContent)
    }
  }
}
