import Foundation
public import ProofbackCore

/// Setting up backup servers: the address is read, the host's keys are fetched for a manager to compare, and only what
/// was confirmed is kept.
public struct BackupServerKeeping: Sendable {
  public struct Form: Sendable, Equatable {
    public var name = ""
    /// `backup@db1.example.org:22`
    public var address = ""
    /// Id of an SSH key.
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
  ///   - confirmed: its fingerprint; the host is asked again, and has to show it.
  /// - Throws: `FormProblems`.
  public func save(_ form: Form, id: String?, confirmed: String, by manager: Actor) async throws -> String {
    let read = try read(form)
    guard let key = try await propose(form).keys.first(where: { $0.fingerprint == confirmed }) else {
      throw FormProblems("address", "the host does not show the key any more that was confirmed")
    }
    do {
      guard let id else {
        return try state.kept.servers.add(
          name: read.name, address: read.address, credential: form.credential, hostKeys: key.line, by: manager
        ).id
      }
      try state.kept.servers.change(
        id, name: read.name, address: read.address, credential: form.credential, hostKeys: key.line, by: manager)
      return id
    } catch StoreError.alreadyThere {
      throw FormProblems("name", "another backup server is named \(UntrustedText.line(read.name, limit: 60))")
    }
  }

  private func read(_ form: Form) throws -> (name: String, address: String, host: String) {
    let (name, place, _) = try FieldRules.all(
      { try FieldRules.name(form.name, field: "name") }, { try address(form.address) },
      { try credential(form.credential) })
    let key = try state.kept.credentials.credential(form.credential)
    if let hosts = key?.hosts, !hosts.isEmpty, !hosts.contains(place.host) {
      throw FormProblems(
        "credential", "\(key?.name ?? "") may not be used for \(place.host)",
        hint: "it is for \(hosts.joined(separator: ", "))")
    }
    return (name, place.address, place.host)
  }

  private func address(_ text: String) throws -> (address: String, host: String) {
    var bare = text.trimmingCharacters(in: .whitespaces)
    if bare.lowercased().hasPrefix("ssh://") { bare = String(bare.dropFirst(6)) }
    let example = "for example backup@db1.example.org"
    guard !bare.isEmpty else { throw FormProblem("address", "it is empty", hint: example) }
    guard !bare.contains("/") else { throw FormProblem("address", "it has a path, which backups bring", hint: example) }
    guard bare.contains("@") else { throw FormProblem("address", "it names no user", hint: example) }
    do {
      let reading = try state.facilities.read("ssh://\(bare)/", nil)
      return ("ssh://\(bare)", reading.host ?? "")
    } catch let trouble as RunTrouble {
      throw FormProblem("address", trouble.finding.message, hint: example)
    }
  }

  private func credential(_ id: String) throws {
    guard try state.kept.credentials.credential(id)?.kind == .sshKey else {
      throw FormProblem("credential", "no SSH key is chosen", hint: "add one under Credentials first")
    }
  }
}
