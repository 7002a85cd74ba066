import Foundation
import ProofbackCore

/// What gets into a backup server of one kind, as a form names it.
struct BackupServerCredentials {
  private let state: ServerState
  private let kind: BackupServerKind

  init(_ state: ServerState, _ kind: BackupServerKind) {
    self.state = state
    self.kind = kind
  }

  /// - Throws: `FormProblem`.
  func entrance(_ id: String) throws -> Credential? {
    try credential(id, kind.credential, kind.credentialNeed, field: "credential", name: kind.credentialName)
  }

  /// - Throws: `FormProblem`.
  func password(_ id: String) throws -> Credential? {
    try credential(id, .repositoryPassword, kind.password, field: "password", name: "repository password")
  }

  private func credential(
    _ id: String, _ wanted: CredentialKind, _ need: BackupServerKind.Need, field: String, name: String
  ) throws -> Credential? {
    if id.isEmpty, need != .required { return nil }
    guard need != .none else {
      throw FormProblem(field, "a backup server of this kind has none", hint: "leave it out")
    }
    guard let key = try state.kept.credentials.credential(id), key.kind == wanted else {
      throw FormProblem(field, "no \(name) is chosen", hint: "add one under Credentials first")
    }
    return key
  }

  /// PEM as it was given, or empty.
  /// - Throws: `FormProblems`.
  func authority(_ text: String) throws -> String {
    let text = text.replacing("\r\n", with: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty else { return "" }
    guard kind.takesAuthority else {
      throw FormProblems("authority", "a backup server of this kind has none", hint: "leave it out")
    }
    guard text.utf8.count <= 65536, PEM.isCertificates(text) else {
      throw FormProblems("authority", "it is no certificate in PEM", hint: "-----BEGIN CERTIFICATE-----")
    }
    return text + "\n"
  }
}
