import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// What may be changed of a stored credential: all but its secret.
enum CredentialFormRoutes {
  static let all: [Route] = [
    .get("/credentials/{id}/edit", .manager) { visit in
      let credential = try credential(visit)
      return show(visit, credential, .init(credential))
    },
    .post("/credentials/{id}", .manager, save),
  ]

  struct Content: Sendable {
    var id: String
    /// As it is stored.
    var name: String
    var description: String
    var form: CredentialKeeping.Form
    /// Whether it is a key that can be locked itself.
    var canBeLocked: Bool
    var fact: String?
    var problems: [String: String]
  }

  private static func show(
    _ visit: Visit, _ credential: Credential, _ form: CredentialKeeping.Form, fact: String? = nil,
    problems: FormProblems? = nil, status: HTTPResponse.Status = .ok
  ) -> Response {
    let content = Content(
      id: credential.id, name: credential.name, description: credential.description, form: form,
      canBeLocked: [.sshKey, .decryptionKey].contains(credential.kind), fact: fact,
      problems: FieldProblems.texts(problems))
    return visit.page("credential", "Modify \(credential.name)", content, status: status)
  }

  @Sendable private static func save(_ visit: Visit) async throws -> Response {
    let credential = try credential(visit)
    var form = CredentialKeeping.Form(credential)
    form.name = visit.field("name")
    form.hosts = visit.field("hosts")
    form.keyPassphrase = visit.field("keyPassphrase")
    do {
      try await CredentialKeeping(visit.state).change(credential.id, form, by: visit.actor)
      return visit.go(to: "/credentials")
    } catch let problems as FormProblems {
      return show(visit, credential, form, problems: problems, status: .unprocessableContent)
    } catch StoreError.inUse(let names) {
      let fact = "With these hosts it could not be used by \(names.joined(separator: ", ")) any more."
      return show(visit, credential, form, fact: fact, status: .conflict)
    }
  }

  private static func credential(_ visit: Visit) throws -> Credential {
    guard let id = visit.parameters.get("id"), let credential = try visit.state.kept.credentials.credential(id) else {
      throw StoreError.notThere
    }
    return credential
  }
}
