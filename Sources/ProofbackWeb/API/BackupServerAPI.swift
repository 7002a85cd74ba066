import Foundation
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Hosts and buckets that backups are fetched from. As on the page, a host's keys are shown first and one of them is
/// confirmed.
enum BackupServerAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/servers", .manage, queries: Paging.queries, list),
    APIRoute(.post, "/api/v1/servers", .manage, success: .created, add),
    APIRoute(.post, "/api/v1/servers/host-keys", .manage, hostKeys),
    APIRoute(.get, "/api/v1/servers/{id}", .manage) { try $0.json(Item(server($0), $0)) },
    APIRoute(.put, "/api/v1/servers/{id}", .manage, change),
    APIRoute(.delete, "/api/v1/servers/{id}", .manage, success: .noContent, delete),
    APIRoute(.post, "/api/v1/servers/{id}/check", .manage, check),
  ]

  struct Item: Encodable, Sendable {
    var id: String
    var name: String
    var address: String
    var credential: String?
    var password: String?
    var hostKeys: String
    var authority: String
    /// Names of restore tests.
    var usedBy: [String]
    var created: Date

    init(_ server: BackupServer, _ visit: APIVisit) throws {
      id = server.id
      name = server.name
      address = server.address
      credential = server.setup.credential
      password = server.setup.password
      hostKeys = server.setup.hostKeys
      authority = server.setup.authority
      usedBy = try visit.state.kept.servers.users(of: server.id)
      created = server.created
    }
  }

  struct Proposal: Encodable, Sendable {
    struct Key: Encodable, Sendable {
      var type: String
      var fingerprint: String
    }
    var host: String
    var keys: [Key]
  }

  private static let kinds: [String: APIBody.Kind] = [
    "name": .text, "address": .text, "credential": .text, "password": .text, "authority": .text,
  ]

  private static func form(_ fields: [String: String]) -> BackupServerKeeping.Form {
    var form = BackupServerKeeping.Form()
    form.name = fields["name"] ?? ""
    form.address = fields["address"] ?? ""
    form.credential = fields["credential"] ?? ""
    form.password = fields["password"] ?? ""
    form.authority = fields["authority"] ?? ""
    return form
  }

  @Sendable private static func list(_ visit: APIVisit) throws -> Response {
    try visit.json(Paging(visit).page(visit.state.kept.servers.all()) { try Item($0, visit) })
  }

  @Sendable private static func hostKeys(_ visit: APIVisit) async throws -> Response {
    let proposal = try await BackupServerKeeping(visit.state).propose(form(try visit.body.form(kinds)))
    return try visit.json(
      Proposal(host: proposal.host, keys: proposal.keys.map { .init(type: $0.type, fingerprint: $0.fingerprint) }))
  }

  @Sendable private static func add(_ visit: APIVisit) async throws -> Response {
    let id = try await save(visit, id: nil)
    guard let server = try visit.state.kept.servers.server(id) else { throw StoreError.notThere }
    return try visit.json(Item(server, visit), .created, location: "/servers/\(id)")
  }

  @Sendable private static func change(_ visit: APIVisit) async throws -> Response {
    _ = try await save(visit, id: try server(visit).id)
    return try visit.json(Item(server(visit), visit))
  }

  private static func save(_ visit: APIVisit, id: String?) async throws -> String {
    let fields = try visit.body.form(kinds.merging(["fingerprint": .text]) { own, _ in own })
    return try await BackupServerKeeping(visit.state).save(
      form(fields), id: id, confirmed: fields["fingerprint"] ?? "", by: visit.actor)
  }

  @Sendable private static func check(_ visit: APIVisit) async throws -> Response {
    try visit.body.none()
    return try visit.json(CheckItem(try await LocationCheck(visit.state).login(server: server(visit).id)))
  }

  @Sendable private static func delete(_ visit: APIVisit) throws -> Response {
    do {
      try visit.state.kept.servers.delete(server(visit).id, by: visit.actor)
      return visit.nothing
    } catch StoreError.inUse(let names) {
      throw Problem.conflict("it is used by \(names.joined(separator: ", "))")
    }
  }

  private static func server(_ visit: APIVisit) throws -> BackupServer {
    guard let server = try visit.state.kept.servers.server(visit.id) else { throw StoreError.notThere }
    return server
  }
}

/// What trying a location came to.
struct CheckItem: Encodable, Sendable {
  var found: Bool
  var file: String?
  var size: UInt64?
  var modified: Date?
  var code: String?
  var message: String?
  var hint: String?

  init(_ outcome: LocationCheck.Outcome) {
    switch outcome {
    case .found(let object):
      found = true
      file = object.name
      size = object.size
      modified = object.modified
    case .letIn: found = true
    case .notFound(let finding):
      found = false
      code = finding.code.rawValue
      message = finding.message
      hint = finding.hint.isEmpty ? nil : finding.hint
    }
  }
}
