public import Foundation
public import ProofbackCore

/// Taking in secrets: looked at before they are sealed, so that what is no key is refused while its giver is there.
public struct CredentialKeeping: Sendable {
  private static let largest = 256 << 10
  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// - Throws: `FormProblems`.
  public func add(
    name: String, kind: String, secret: Data, hosts: String, by manager: Actor
  ) async throws -> Credential {
    guard let kind = CredentialKind(rawValue: kind) else {
      throw FormProblems("kind", "there is no kind \(UntrustedText.line(kind, limit: 40))")
    }
    let checked: String
    do { checked = try FieldRules.name(name, field: "name") } catch let problem as FormProblem {
      throw FormProblems([problem])
    }
    guard secret.count <= Self.largest else {
      throw FormProblems("secret", "it has \(Quantity.text(bytes: UInt64(secret.count)))", hint: "a key is smaller")
    }
    let description: String
    switch await state.facilities.inspect(secret, kind) {
    case .key(let text): description = text
    case .noKey(let fact): throw FormProblems("secret", fact)
    }
    let names = hosts.split(whereSeparator: { $0 == " " || $0 == "," }).map { $0.lowercased() }
    do {
      return try state.kept.credentials.add(
        name: checked, kind: kind, description: description, hosts: names, secret: secret, by: manager)
    } catch StoreError.alreadyThere {
      let isName = try state.kept.credentials.all().contains { $0.name.lowercased() == checked.lowercased() }
      throw isName
        ? FormProblems("name", "a credential has this name already")
        : FormProblems("secret", "this secret is stored already, under another name")
    }
  }
}
