import Foundation
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Who may log in.
enum PeopleAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/people", .manage, queries: Paging.queries, list),
    APIRoute(.post, "/api/v1/people", .manage, success: .created, add),
    APIRoute(.patch, "/api/v1/people/{id}", .manage, change),
    APIRoute(.delete, "/api/v1/people/{id}", .manage, success: .noContent, remove),
    APIRoute(.delete, "/api/v1/people/{id}/second-factor", .manage, success: .noContent, turnOffCodes),
    APIRoute(.put, "/api/v1/people/{id}/password", .manage, success: .noContent, resetPassword),
  ]

  struct Item: Encodable, Sendable {
    var id: String
    var login: String
    var name: String
    var role: Role
    var created: Date
    /// Whether the login asks for a code.
    var secondFactor: Bool

    init(_ person: Person, _ visit: APIVisit) throws {
      id = person.id
      login = person.login
      name = person.name
      role = person.role
      created = person.created
      secondFactor = try visit.state.kept.secondFactors.isOn(for: person.id)
    }
  }

  @Sendable private static func list(_ visit: APIVisit) throws -> Response {
    try visit.json(Paging(visit).page(visit.state.kept.people.all()) { try Item($0, visit) })
  }

  @Sendable private static func add(_ visit: APIVisit) async throws -> Response {
    let form = try visit.body.form(["login": .text, "name": .text, "role": .text, "password": .text])
    let person = try await visit.site.accounts.add(
      login: form["login"] ?? "", name: form["name"] ?? "", role: Accounts.role(form["role"] ?? Role.user.rawValue),
      password: form["password"] ?? "", by: visit.actor)
    return try visit.json(Item(person, visit), .created)
  }

  @Sendable private static func change(_ visit: APIVisit) throws -> Response {
    let form = try visit.body.form(["role": .text])
    do {
      if let role = form["role"] { try visit.site.accounts.setRole(of: visit.id, to: role, by: visit.actor) }
    } catch StoreError.lastManager {
      throw Problem.conflict("the last manager stays one")
    }
    guard let person = try visit.site.accounts.present(visit.id) else { throw StoreError.notThere }
    return try visit.json(Item(person, visit))
  }

  @Sendable private static func resetPassword(_ visit: APIVisit) async throws -> Response {
    let form = try visit.body.form(["password": .text])
    do {
      try await visit.site.accounts.resetPassword(of: visit.id, to: form["password"] ?? "", by: visit.actor)
    } catch AccountProblem.own {
      throw Problem.conflict("your own password is changed on your account page, with the old one")
    }
    return visit.nothing
  }

  /// For whoever lost the device.
  @Sendable private static func turnOffCodes(_ visit: APIVisit) throws -> Response {
    try visit.state.kept.secondFactors.turnOff(for: visit.id, by: visit.actor)
    return visit.nothing
  }

  @Sendable private static func remove(_ visit: APIVisit) throws -> Response {
    do {
      try visit.site.accounts.remove(visit.id, by: visit.actor)
      return visit.nothing
    } catch StoreError.lastManager {
      throw Problem.conflict("the last manager can't be removed")
    }
  }
}
