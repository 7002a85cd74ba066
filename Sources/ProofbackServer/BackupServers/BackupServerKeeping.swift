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
    /// Id of a repository's password; empty for kinds that are none.
    public var password = ""
    /// Certificates that it is trusted by, PEM; empty: the system's.
    public var authority = ""
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
      return Proposal(
        host: read.host, keys: try await state.facilities.hostKeys(BackupServer.location("/", at: read.setup.address)))
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
    var setup = read.setup
    if read.kind.showsHostKeys { setup.hostKeys = try await hostKey(form, confirmed: confirmed).line }
    do {
      guard let id else { return try state.kept.servers.add(setup, by: manager).id }
      try state.kept.servers.change(id, setup, by: manager)
      return id
    } catch StoreError.alreadyThere {
      throw FormProblems("name", "another backup server is named \(UntrustedText.line(setup.name, limit: 60))")
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

  private func read(_ form: Form) throws -> (setup: BackupServerSetup, host: String, kind: BackupServerKind) {
    let text = form.address.trimmingCharacters(in: .whitespaces)
    guard let kind = try kind(of: text) else { throw FormProblems("address", "there is no kind of backup server") }
    let rules = BackupServerCredentials(state, kind)
    let (name, place, key, password) = try FieldRules.all(
      { try FieldRules.name(form.name, field: "name") }, { try address(text, kind) },
      { try rules.entrance(form.credential) }, { try rules.password(form.password) })
    for credential in [key, password].compactMap(\.self) where !credential.isFor(place.reading) {
      throw FormProblems(
        credential.kind == .repositoryPassword ? "password" : "credential",
        "\(credential.name) may not be used for \(place.reading.places.first ?? "")",
        hint: "it is for \(credential.hosts.joined(separator: ", "))")
    }
    let setup = BackupServerSetup(
      name: name, address: place.address, credential: key?.id, password: password?.id,
      authority: try rules.authority(form.authority))
    return (setup, place.reading.host ?? "", kind)
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
      let reading = try state.facilities.read(BackupServer.location("/", at: address), nil)
      try checkReach(reading)
      return (address, reading)
    } catch let trouble as RunTrouble {
      throw FormProblem("address", trouble.finding.message, hint: kind.showsHostKeys ? example : trouble.finding.hint)
    }
  }

  /// Where a kind of place may not be this machine's own network, a manager has to allow it by name.
  private func checkReach(_ reading: LocationReading) throws {
    guard reading.isWeb, let host = reading.host, Self.isPlainlyLocal(host) else { return }
    guard try !state.kept.settings.allowedHosts().contains(host) else { return }
    throw FormProblem(
      "address", "\(UntrustedText.line(host, limit: 100)) lies on this machine's own network",
      hint: "a manager can allow this host under Settings")
  }

  private static func isPlainlyLocal(_ host: String) -> Bool {
    (try? WebAddress("https://\(host.contains(":") ? "[\(host)]" : host)/"))?.isPlainlyLocal ?? false
  }
}
