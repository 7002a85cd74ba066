import Foundation
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Stored keys and passphrases. A secret comes in and never goes out.
enum CredentialAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/credentials", .manage, queries: Paging.queries, list),
    APIRoute(.post, "/api/v1/credentials", .manage, success: .created, add),
    APIRoute(.get, "/api/v1/credentials/{id}", .manage, show),
    APIRoute(.patch, "/api/v1/credentials/{id}", .manage, change),
    APIRoute(.delete, "/api/v1/credentials/{id}", .manage, success: .noContent, delete),
  ]

  struct Item: Encodable, Sendable {
    var id: String
    var name: String
    var kind: CredentialKind
    var description: String
    var hosts: [String]
    /// Names of restore tests.
    var usedBy: [String]
    var created: Date

    init(_ credential: Credential, _ visit: APIVisit) throws {
      id = credential.id
      name = credential.name
      kind = credential.kind
      description = credential.description
      hosts = credential.hosts
      usedBy = try visit.state.kept.credentials.users(of: credential.id)
      created = credential.created
    }
  }

  @Sendable private static func list(_ visit: APIVisit) throws -> Response {
    try visit.json(Paging(visit).page(visit.state.kept.credentials.all()) { try Item($0, visit) })
  }

  @Sendable private static func show(_ visit: APIVisit) throws -> Response {
    guard let credential = try visit.state.kept.credentials.credential(visit.id) else { throw StoreError.notThere }
    return try visit.json(Item(credential, visit))
  }

  @Sendable private static func add(_ visit: APIVisit) async throws -> Response {
    let form = try visit.body.form([
      "name": .text, "kind": .text, "secret": .text, "file": .text, "accessKeyID": .text, "keyPassphrase": .text,
      "hosts": .words,
    ])
    let credential = try await CredentialKeeping(visit.state).add(
      name: form["name"] ?? "", kind: form["kind"] ?? "", secret: secret(form),
      accessKeyID: form["accessKeyID"] ?? "", passphrase: form["keyPassphrase"] ?? "",
      hosts: form["hosts"] ?? "", by: visit.actor)
    return try visit.json(Item(credential, visit), .created, location: "/credentials/\(credential.id)")
  }

  /// Keys are not always text: `file` is one in Base64.
  private static func secret(_ form: [String: String]) throws -> Data {
    guard let file = form["file"], !file.isEmpty else { return Data((form["secret"] ?? "").utf8) }
    guard form["secret", default: ""].isEmpty else {
      throw FormProblems("file", "there is a secret too", hint: "give one of both")
    }
    guard let data = Data(base64Encoded: file, options: .ignoreUnknownCharacters), !data.isEmpty else {
      throw FormProblems("file", "it is no Base64", hint: "base64 -w0 KEY")
    }
    return data
  }

  /// What is left out stays as it is; the secret always does.
  @Sendable private static func change(_ visit: APIVisit) async throws -> Response {
    guard let credential = try visit.state.kept.credentials.credential(visit.id) else { throw StoreError.notThere }
    let fields = try visit.body.form(["name": .text, "hosts": .words, "keyPassphrase": .text])
    var form = CredentialKeeping.Form(credential)
    form.name = fields["name"] ?? form.name
    form.hosts = fields["hosts"] ?? form.hosts
    form.keyPassphrase = fields["keyPassphrase"] ?? ""
    do {
      try await CredentialKeeping(visit.state).change(credential.id, form, by: visit.actor)
    } catch StoreError.inUse(let names) {
      throw Problem.conflict("with these hosts it could not be used by \(names.joined(separator: ", ")) any more")
    }
    return try show(visit)
  }

  @Sendable private static func delete(_ visit: APIVisit) throws -> Response {
    do {
      try visit.state.kept.credentials.delete(visit.id, by: visit.actor)
      return visit.nothing
    } catch StoreError.inUse(let names) {
      throw Problem.conflict("it is used by \(names.joined(separator: ", "))")
    }
  }
}
