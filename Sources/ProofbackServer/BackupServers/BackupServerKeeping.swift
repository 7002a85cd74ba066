import Foundation
public import ProofbackCore

/// Setting up backup servers: the address is read, a host's keys are fetched for a manager to compare, and only what was
/// confirmed is kept.
public struct BackupServerKeeping: Sendable {
  public struct Form: Sendable, Equatable {
    public var name = ""
    /// `backup@db1.example.org:22`, `s3://backups?region=eu-central-1`
    public var address = ""
    /// Id of an SSH key, or what the kind of server needs.
    public var credential = ""
    public init() {}
  }

  /// What a manager is shown before a server is kept.
  public struct Proposal: Sendable, Equatable {
    public var host: String
    public var keys: [ShownHostKey]
  }

  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// Reads the form and asks the host for its keys.
  /// - Throws: `FormProblems`.
  public func propose(_ form: Form) async throws -> Proposal {
    let read = try read(form)
    guard read.kind.showsHostKeys else {
      throw FormProblems("address", "it is known by no host keys", hint: "it is saved without")
    }
    do {
      return Proposal(host: read.host, keys: try await state.facilities.hostKeys(read.address + "/"))
    } catch let trouble as RunTrouble {
      throw FormProblems("address", trouble.finding.message, hint: FormWords.hint(trouble.finding.hint))
    }
  }

  /// Keeps a server with the one host key that was compared. The others that it shows stay untrusted: whoever stands
  /// between can show the true key beside a false one.
  /// - Parameters:
  ///   - id: of the server to change; nil for a new one.
  ///   - confirmed: its fingerprint; the host is asked again, and has to show it. Empty for kinds without host keys.
  /// - Throws: `FormProblems`.
  public func save(_ form: Form, id: String?, confirmed: String, by manager: Actor) async throws -> String {
    let read = try read(form)
    let hostKeys = read.kind.showsHostKeys ? try await hostKey(form, confirmed: confirmed).line : ""
    do {
      guard let id else {
        return try state.kept.servers.add(
          name: read.name, address: read.address, credential: form.credential, hostKeys: hostKeys, by: manager
        ).id
      }
      try state.kept.servers.change(
        id, name: read.name, address: read.address, credential: form.credential, hostKeys: hostKeys, by: manager)
      return id
    } catch StoreError.alreadyThere {
      throw FormProblems("name", "another backup server is named \(UntrustedText.line(read.name, limit: 60))")
    }
  }

  private func hostKey(_ form: Form, confirmed: String) async throws -> ShownHostKey {
    guard !confirmed.isEmpty else {
      throw FormProblems(
        "fingerprint", "no host key is confirmed", hint: "ask servers/host-keys, and compare with the host's own")
    }
    guard let key = try await propose(form).keys.first(where: { $0.fingerprint == confirmed }) else {
      throw FormProblems("address", "the host does not show the key any more that was confirmed")
    }
    return key
  }

  private func read(_ form: Form) throws -> (name: String, address: String, host: String, kind: BackupServerKind) {
    let text = form.address.trimmingCharacters(in: .whitespaces)
    guard let kind = try kind(of: text) else { throw FormProblems("address", "there is no kind of backup server") }
    let (name, place, key) = try FieldRules.all(
      { try FieldRules.name(form.name, field: "name") }, { try address(text, kind) },
      { try credential(form.credential, kind) })
    guard key.isFor(place.reading) else {
      throw FormProblems(
        "credential", "\(key.name) may not be used for \(place.reading.places.first ?? "")",
        hint: "it is for \(key.hosts.joined(separator: ", "))")
    }
    return (name, place.address, place.reading.host ?? "", kind)
  }

  /// Of an address; without a scheme it is of the first kind.
  private func kind(of address: String) throws -> BackupServerKind? {
    guard let scheme = address.firstRange(of: "://") else { return state.facilities.serverKinds.first }
    let name = address[..<scheme.lowerBound].lowercased()
    let kinds = state.facilities.serverKinds
    guard let kind = kinds.first(where: { $0.scheme == name }) else {
      throw FormProblems(
        "address", "there is no kind \(UntrustedText.line(name, limit: 40))",
        hint: "there are: \(kinds.map { "\($0.scheme)://" }.joined(separator: ", "))")
    }
    return kind
  }

  private func address(_ text: String, _ kind: BackupServerKind) throws -> (address: String, reading: LocationReading) {
    let bare = text.firstRange(of: "://").map { String(text[$0.upperBound...]) } ?? text
    let example = kind.showsHostKeys ? "for example backup@db1.example.org" : "for example \(kind.scheme)://backups"
    let host = bare.prefix { $0 != "?" }
    guard !host.isEmpty else { throw FormProblem("address", "it is empty", hint: example) }
    guard !host.contains("/") else { throw FormProblem("address", "it has a path, which backups bring", hint: example) }
    guard !kind.showsHostKeys || bare.contains("@") else {
      throw FormProblem("address", "it names no user", hint: example)
    }
    let address = "\(kind.scheme)://\(bare)"
    do {
      return (address, try state.facilities.read(BackupServer.location("/", at: address), nil))
    } catch let trouble as RunTrouble {
      throw FormProblem("address", trouble.finding.message, hint: kind.showsHostKeys ? example : trouble.finding.hint)
    }
  }

  private func credential(_ id: String, _ kind: BackupServerKind) throws -> Credential {
    guard let key = try state.kept.credentials.credential(id), key.kind == kind.credential else {
      throw FormProblem("credential", "no \(kind.credentialName) is chosen", hint: "add one under Credentials first")
    }
    return key
  }
}
