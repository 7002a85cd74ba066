import Hummingbird
import ProofbackCore
import ProofbackServer

/// Who asks, and what can be chosen in requests.
enum MeAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/me", .read, me), APIRoute(.get, "/api/v1/choices", .read, choices),
  ]

  struct Me: Encodable, Sendable {
    struct Used: Encodable, Sendable {
      var name: String
      var scope: TokenScope
    }
    var id: String
    var login: String
    var name: String
    var role: Role
    var token: Used
  }

  @Sendable private static func me(_ visit: APIVisit) throws -> Response {
    guard let person = visit.person, let token = visit.token else { throw StoreError.notThere }
    return try visit.json(
      Me(
        id: person.id, login: person.login, name: person.name, role: person.role,
        token: .init(name: token.name, scope: token.scope)))
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
        channels: visit.state.kept.channels.all().map { Choices.Named(id: $0.id, name: $0.name) }, servers: servers,
        credentials: credentials))
  }
}
