import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Stored keys and passphrases: managers add, change and delete them, nobody sees them.
enum CredentialRoutes {
  static let all: [Route] =
    [
      .get("/credentials", .manager) { try show($0) }, .post("/credentials", .manager, add),
      .post("/credentials/{id}/delete", .manager, delete),
    ] + CredentialFormRoutes.all

  struct Row: Sendable {
    var id: String
    var name: String
    var description: String
    var hosts: String?
    var users: String
  }

  struct Content: Sendable {
    var sentence: String
    var credentials: [Row]
    var hasCredentials: Bool
    var fact: String?
    var name: String
    var accessKeyID: String
    var hosts: String
    var kinds: [Choice]
    var problems: [String: String]
  }

  private static func show(
    _ visit: Visit, fact: String? = nil, problems: FormProblems? = nil, status: HTTPResponse.Status = .ok
  ) throws -> Response {
    let rows = try visit.state.kept.credentials.all().map { credential in
      Row(
        id: credential.id, name: credential.name, description: credential.description,
        hosts: credential.hosts.isEmpty ? nil : credential.hosts.joined(separator: ", "),
        users: try visit.state.kept.credentials.users(of: credential.id).joined(separator: ", "))
    }
    let kinds = CredentialKind.allCases.map {
      Choice(value: $0.rawValue, label: $0.title, isChosen: $0.rawValue == visit.field("kind"))
    }
    let content = Content(
      sentence: InUse.text("credential", rows.map(\.users)), credentials: rows, hasCredentials: !rows.isEmpty,
      fact: fact, name: visit.field("name"),
      accessKeyID: visit.field("accessKeyID"), hosts: visit.field("hosts"), kinds: kinds,
      problems: FieldProblems.texts(problems))
    return visit.page("credentials", "Credentials", content, status: status)
  }

  @Sendable private static func add(_ visit: Visit) async throws -> Response {
    do {
      _ = try await CredentialKeeping(visit.state).add(
        name: visit.field("name"), kind: visit.field("kind"), secret: secret(visit),
        accessKeyID: visit.field("accessKeyID"),
        passphrase: visit.field("keyPassphrase"), hosts: visit.field("hosts"), by: visit.actor)
      return visit.go(to: "/credentials")
    } catch let problems as FormProblems {
      return try show(visit, problems: problems, status: .unprocessableContent)
    }
  }

  /// A file, when one was chosen; else what was pasted.
  private static func secret(_ visit: Visit) -> Data {
    let file = Data(base64Encoded: visit.field("file")) ?? Data()
    return file.isEmpty ? Data(visit.field("secret").utf8) : file
  }

  @Sendable private static func delete(_ visit: Visit) throws -> Response {
    do {
      try visit.state.kept.credentials.delete(visit.parameters.get("id") ?? "", by: visit.actor)
      return visit.go(to: "/credentials")
    } catch StoreError.inUse(let names) {
      return try show(visit, fact: "It is used by \(names.joined(separator: ", ")).", status: .conflict)
    }
  }
}

extension CredentialKind {
  var title: String {
    switch self {
    case .sshKey: "SSH key"
    case .cloudKey: "cloud key (S3)"
    case .login: "login (name and password, or token)"
    case .repositoryPassword: "repository password (restic, borg)"
    case .decryptionKey: "decryption key (GPG or age)"
    case .passphrase: "passphrase"
    case .proofKey: "proof key (HMAC or Ed25519)"
    }
  }
}
