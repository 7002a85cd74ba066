import Foundation
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Who asks, with which tokens, and what can be chosen in requests.
enum MeAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/me", .read, me), APIRoute(.get, "/api/v1/choices", .read, choices),
    APIRoute(.get, "/api/v1/me/tokens", .read, queries: Paging.queries, tokens),
    APIRoute(.delete, "/api/v1/me/tokens/{id}", .read, success: .noContent, revoke),
  ]

  struct Me: Encodable, Sendable {
    struct Used: Encodable, Sendable {
      var id: String
      var name: String
      var scope: TokenScope
    }
    var id: String
    var login: String
    var name: String
    var role: Role
    /// Whether the login asks for a code.
    var secondFactor: Bool
    var token: Used
  }

  struct TokenItem: Encodable, Sendable {
    var id: String
    var name: String
    var scope: TokenScope
    var created: Date
    /// To the minute.
    var lastUsed: Date?

    init(_ token: APIToken) {
      (id, name, scope) = (token.id, token.name, token.scope)
      (created, lastUsed) = (token.created, token.lastUsed)
    }
  }

  @Sendable private static func me(_ visit: APIVisit) throws -> Response {
    guard let person = visit.person, let token = visit.token else { throw StoreError.notThere }
    return try visit.json(
      Me(
        id: person.id, login: person.login, name: person.name, role: person.role,
        secondFactor: visit.state.kept.secondFactors.isOn(for: person.id),
        token: .init(id: token.id, name: token.name, scope: token.scope)))
  }

  @Sendable private static func tokens(_ visit: APIVisit) throws -> Response {
    let all = try visit.state.kept.tokens.tokens(of: visit.person?.id ?? "")
    return try visit.json(Paging(visit).page(all, TokenItem.init))
  }

  /// Every token can end itself; one that only reads can't end others.
  @Sendable private static func revoke(_ visit: APIVisit) throws -> Response {
    guard let token = visit.token else { throw StoreError.notThere }
    guard try visit.state.kept.tokens.tokens(of: visit.actor.person).contains(where: { $0.id == visit.id }) else {
      throw StoreError.notThere
    }
    if token.id != visit.id, !token.scope.includes(.run) { throw Problem.scope(.run) }
    try visit.state.kept.tokens.revoke(visit.id, by: visit.actor)
    return visit.nothing
  }

  /// What the forms offer: everybody may use a credential by name, only managers see more of it.
  struct Choices: Encodable, Sendable {
    struct Usable: Encodable, Sendable {
      var id: String
      var name: String
      var kind: CredentialKind
      var description: String
    }
    struct Named: Encodable, Sendable {
      var id: String
      var name: String
    }
    var types: [String]
    var channels: [Named]
    var workplaces: [Named]
    var servers: [Named]
    var credentials: [Usable]
  }

  @Sendable private static func choices(_ visit: APIVisit) throws -> Response {
    let credentials = try visit.state.kept.credentials.all().map {
      Choices.Usable(id: $0.id, name: $0.name, kind: $0.kind, description: $0.description)
    }
    let servers = try visit.state.kept.servers.all().map { Choices.Named(id: $0.id, name: $0.name) }
    return try visit.json(
      Choices(
        types: visit.state.facilities.types.map(\.rawValue),
        channels: visit.state.kept.channels.all().map { Choices.Named(id: $0.id, name: $0.name) },
        workplaces: visit.state.kept.workplaces.all().map { Choices.Named(id: $0.id, name: $0.name) }, servers: servers,
        credentials: credentials))
  }
}
