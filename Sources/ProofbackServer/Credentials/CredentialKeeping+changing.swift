import Foundation
public import ProofbackCore

/// Changing what is stored: all but the secret.
extension CredentialKeeping {
  public struct Form: Sendable, Equatable {
    public var name: String
    /// Names with spaces between; empty: any.
    public var hosts: String
    /// A new one for a key that is locked; empty: it stays as it is.
    public var keyPassphrase = ""

    public init(_ credential: Credential) {
      name = credential.name
      hosts = credential.hosts.joined(separator: " ")
    }
  }

  /// A passphrase is tried on the key before anything is changed.
  /// - Throws: `FormProblems`; `StoreError.inUse` with what could not use it any more, `StoreError.notThere`.
  public func change(_ id: String, _ form: Form, by manager: Actor) async throws {
    guard let old = try state.kept.credentials.credential(id) else { throw StoreError.notThere }
    let (name, passphrase, hosts) = try FieldRules.all(
      { try FieldRules.name(form.name, field: "name") }, { try Self.passphrase(form.keyPassphrase) },
      { try Self.hosts(form.hosts) })
    var new = old
    (new.name, new.hosts) = (name, hosts)
    if let passphrase { new.description = try await opened(old, with: passphrase) }
    guard new != old || passphrase != nil else { return }
    let left = try CredentialUses(state).places(of: old).filter { old.isFor($0.reading) && !new.isFor($0.reading) }
    guard left.isEmpty else { throw StoreError.inUse(left.map(\.name)) }
    do {
      try state.kept.credentials.change(new, passphrase: passphrase, by: manager)
    } catch StoreError.alreadyThere {
      throw Self.nameIsTaken
    }
  }

  /// What the key is, once a passphrase has opened it.
  private func opened(_ credential: Credential, with passphrase: Data) async throws -> String {
    guard [.sshKey, .decryptionKey].contains(credential.kind) else {
      throw FormProblems("keyPassphrase", "only a key has one of its own", hint: "leave it empty")
    }
    let secret = try state.kept.credentials.open(credential.id).content
    switch await state.facilities.inspect(secret, credential.kind, passphrase) {
    case .key(let text), .rewritten(let text, _): return text
    case .lockedKey(let text, let trial): return try Self.described(text, trial)
    case .noKey(let fact): throw FormProblems("keyPassphrase", "it could not be tried: \(fact)")
    }
  }
}

/// Where a credential is used: what its bindings have to let through.
struct CredentialUses {
  struct Place {
    /// `backup server db1`
    var name: String
    var reading: LocationReading
  }

  private let state: ServerState
  init(_ state: ServerState) { self.state = state }

  /// Of what lies on this machine itself, and of what can't be read any more, nothing is said.
  func places(of credential: Credential) throws -> [Place] {
    let servers = try state.kept.servers.all().filter { $0.credentials.contains(credential.id) }.compactMap { server in
      (try? state.facilities.read(server.location("/"), nil)).map {
        Place(name: "backup server \(server.name)", reading: $0)
      }
    }
    let tests = try state.kept.credentials.restoreTests(using: credential.id).compactMap { test in
      (try? BackupPlace(test.definition, state)).map { Place(name: test.name, reading: $0.reading) }
    }
    return servers + tests
  }
}
