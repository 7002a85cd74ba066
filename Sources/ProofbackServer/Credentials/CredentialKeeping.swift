public import Foundation
public import ProofbackCore

/// Taking in secrets: looked at before they are sealed, so that what is no key is refused while its giver is there.
public struct CredentialKeeping: Sendable {
  private static let largest = 256 << 10
  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// - Throws: `FormProblems`.
  public func add(
    name: String, kind: String, secret: Data, passphrase: String, hosts: String, by manager: Actor
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
    case .lockedKey(let text):
      guard !passphrase.isEmpty else {
        throw FormProblems("keyPassphrase", "the key is locked with a passphrase of its own", hint: "give it here")
      }
      description = text + ", with its passphrase"
    case .noKey(let fact): throw FormProblems("secret", fact)
    }
    guard passphrase.utf8.count <= 1024, !passphrase.contains(where: \.isNewline) else {
      throw FormProblems("keyPassphrase", "it is no passphrase: it is one line of at most 1024 bytes")
    }
    let names = hosts.split(whereSeparator: { $0 == " " || $0 == "," }).map { $0.lowercased() }
    guard names.count <= 100, names.allSatisfy(Self.isHost) else {
      throw FormProblems("hosts", "they are not all hosts' names", hint: "at most 100, of up to 253 characters each")
    }
    do {
      return try state.kept.credentials.add(
        name: checked, kind: kind, description: description, hosts: names, secret: secret,
        passphrase: kind == .passphrase || passphrase.isEmpty ? nil : Data(passphrase.utf8), by: manager)
    } catch StoreError.alreadyThere {
      let isName = try state.kept.credentials.all().contains { $0.name.lowercased() == checked.lowercased() }
      throw isName
        ? FormProblems("name", "a credential has this name already")
        : FormProblems("secret", "this secret is stored already, under another name")
    }
  }

  private static func isHost(_ name: String) -> Bool {
    name.utf8.count <= 253
      && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.properties.generalCategory != .control }
  }
}
