public import Foundation
public import ProofbackCore

/// Taking in secrets: looked at before they are sealed, so that what is no key is refused while its giver is there.
public struct CredentialKeeping: Sendable {
  private static let largest = 256 << 10
  let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// - Parameters:
  ///   - accessKeyID: of a cloud key whose secret was given alone; else empty.
  ///   - passphrase: what the key itself is locked with, or empty.
  ///   - hosts: names with spaces between.
  /// - Throws: `FormProblems`.
  public func add(
    name: String, kind: String, secret: Data, accessKeyID: String = "", passphrase: String, hosts: String,
    by manager: Actor
  ) async throws -> Credential {
    guard let kind = CredentialKind(rawValue: kind) else {
      throw FormProblems("kind", "there is no kind \(UntrustedText.line(kind, limit: 40))")
    }
    let (checked, own, names) = try FieldRules.all(
      { try FieldRules.name(name, field: "name") }, { try Self.passphrase(passphrase) }, { try Self.hosts(hosts) })
    guard secret.count <= Self.largest else {
      throw FormProblems("secret", "it has \(Quantity.text(bytes: UInt64(secret.count)))", hint: "a key is smaller")
    }
    let key = try await inspected(Self.whole(secret, kind, accessKeyID: accessKeyID), kind, own)
    do {
      return try state.kept.credentials.add(
        name: checked, kind: kind, description: key.description, hosts: names, secret: key.secret,
        passphrase: kind == .passphrase ? nil : own, by: manager)
    } catch StoreError.alreadyThere {
      let isName = try state.kept.credentials.all().contains { $0.name.lowercased() == checked.lowercased() }
      throw isName
        ? Self.nameIsTaken
        : FormProblems("secret", "this secret is stored already, under another name")
    }
  }

  static let nameIsTaken = FormProblems("name", "a credential has this name already")

  /// What a secret is, and as what it is kept.
  private func inspected(
    _ secret: Data, _ kind: CredentialKind, _ passphrase: Data?
  ) async throws -> (description: String, secret: Data) {
    switch await state.facilities.inspect(secret, kind, passphrase) {
    case .key(let text): return (text, secret)
    case .rewritten(let text, let form): return (text, form)
    case .lockedKey(let text, let trial): return (try Self.described(text, trial), secret)
    case .noKey(let fact): throw FormProblems("secret", fact)
    }
  }

  /// A locked key is kept with a passphrase that opens it.
  static func described(_ key: String, _ trial: PassphraseTrial) throws -> String {
    switch trial {
    case .opens: return key + ", with its passphrase"
    case .untried: return key + ", with a passphrase that could not be tried here"
    case .noneGiven:
      throw FormProblems("keyPassphrase", "the key is locked with a passphrase of its own", hint: "give it here")
    case .doesNotOpen:
      throw FormProblems(
        "keyPassphrase", "it does not open this key", hint: "if it is the right one, the key is damaged")
    case .failed(let fact): throw FormProblems("keyPassphrase", "it could not be tried: \(fact)")
    }
  }

  /// Nil when it is empty.
  static func passphrase(_ text: String) throws -> Data? {
    guard text.utf8.count <= 1024, !text.contains(where: \.isNewline) else {
      throw FormProblem("keyPassphrase", "it is no passphrase: it is one line of at most 1024 bytes")
    }
    return text.isEmpty ? nil : Data(text.utf8)
  }

  static func hosts(_ text: String) throws -> [String] {
    let names = text.split(whereSeparator: { $0 == " " || $0 == "," }).map { $0.lowercased() }
    guard names.count <= 100, names.allSatisfy(isHost) else {
      throw FormProblem("hosts", "they are not all hosts' names", hint: "at most 100, of up to 253 characters each")
    }
    return names
  }

  /// Id and secret of a cloud key, as they were typed into two fields.
  private static func whole(_ secret: Data, _ kind: CredentialKind, accessKeyID: String) throws -> Data {
    let id = accessKeyID.trimmingCharacters(in: .whitespaces)
    guard !id.isEmpty else { return secret }
    guard kind == .cloudKey else {
      throw FormProblems("accessKeyID", "only a cloud key has one", hint: "choose cloud key as its kind")
    }
    guard id.utf8.count <= 128, id.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }) else {
      throw FormProblems("accessKeyID", "it is no access key id", hint: "letters and digits: AKIA…")
    }
    let alone = String(decoding: secret, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    return Data("\(id):\(alone)".utf8)
  }

  private static func isHost(_ name: String) -> Bool {
    name.utf8.count <= 253
      && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.properties.generalCategory != .control }
  }
}
