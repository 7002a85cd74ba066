import Foundation
public import ProofbackCore

/// Asking for runs: what may be asked for, and with which keys.
public struct RunRequests: Sendable {
  /// What the form "Run a test restoration" says.
  public struct Form: Sendable, Equatable {
    public var location = ""
    public var file = ""
    /// Empty: found from the bytes.
    public var type = ""
    public var sshKey = ""
    public var decryptionKey = ""
    public var passphrase = ""
    public var knownHosts = ""
    public init() {}
  }

  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// Asks for a run; it is carried out as soon as there is room.
  /// - Throws: `FormProblems`.
  public func request(_ form: Form, by actor: Actor) throws -> RunRecord {
    let definition = try definition(form)
    return try state.kept.queue.request(definition, title: Self.title(definition), restoreTest: nil, by: actor)
  }

  /// What a form says, checked: locations that parse and are allowed, credentials that may be used there.
  public func definition(_ form: Form) throws -> RestoreTestDefinition {
    var definition = RestoreTestDefinition(location: form.location.trimmingCharacters(in: .whitespaces))
    definition.filePattern = form.file.isEmpty ? nil : form.file
    definition.sshKey = form.sshKey.isEmpty ? nil : form.sshKey
    definition.passphrase = form.passphrase.isEmpty ? nil : form.passphrase
    definition.decryptionKeys = form.decryptionKey.isEmpty ? [] : [form.decryptionKey]
    definition.knownHosts = form.knownHosts.isEmpty ? nil : form.knownHosts
    if !form.type.isEmpty {
      guard let type = state.facilities.types.first(where: { $0.rawValue == form.type }) else {
        throw FormProblems("type", "there is no type \(UntrustedText.line(form.type, limit: 40))")
      }
      definition.type = type
    }
    try check(definition)
    return definition
  }

  /// Whether a definition may be carried out as things stand: checked when it is asked for and again when it starts.
  public func check(_ definition: RestoreTestDefinition) throws {
    guard !definition.location.isEmpty else {
      throw FormProblems("location", "it is empty", hint: "for example /srv/backups/shop.sql.gz")
    }
    let reading: LocationReading
    do {
      reading = try state.facilities.read(definition.location, definition.filePattern)
    } catch let trouble as RunTrouble {
      throw FormProblems("location", trouble.finding.message, hint: trouble.finding.hint)
    }
    if reading.host == nil {
      try checkPath(reading.path)
    } else if definition.sshKey == nil {
      // ssh would take the service user's own keys.
      throw FormProblems("sshKey", "this location needs an SSH key", hint: "a manager can add one under Credentials")
    } else if definition.knownHosts == nil {
      throw FormProblems("knownHosts", "this location needs the server's host key")
    }
    try checkCredentials(definition, host: reading.host)
  }

  /// Links are followed first: one below an allowed folder must not lead out of it.
  private func checkPath(_ path: String) throws {
    let allowed = try state.kept.settings.allowedPaths()
    let real = Self.resolved(path)
    let isAllowed = allowed.contains { root in
      let root = Self.resolved(root)
      return real == root || real.hasPrefix(root.hasSuffix("/") ? root : root + "/")
    }
    guard isAllowed else {
      throw FormProblems(
        "location", "\(UntrustedText.line(path, limit: 200)) lies in none of the allowed folders",
        hint: allowed.isEmpty
          ? "a manager can allow folders under Settings" : "allowed are: \(allowed.joined(separator: ", "))")
    }
  }

  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }

  private func checkCredentials(_ definition: RestoreTestDefinition, host: String?) throws {
    let uses: [(field: String, kind: CredentialKind, ids: [String])] = [
      ("sshKey", .sshKey, [definition.sshKey].compactMap { $0 }),
      ("decryptionKey", .decryptionKey, definition.decryptionKeys),
      ("passphrase", .passphrase, [definition.passphrase].compactMap { $0 }),
    ]
    for use in uses {
      for id in use.ids {
        guard let credential = try state.kept.credentials.credential(id), credential.kind == use.kind else {
          throw FormProblems(use.field, "this credential is not stored any more")
        }
        guard credential.hosts.isEmpty || host.map(credential.hosts.contains) ?? true else {
          throw FormProblems(
            use.field, "\(credential.name) may not be used for \(UntrustedText.line(host ?? "", limit: 80))",
            hint: "it is for \(credential.hosts.joined(separator: ", "))")
        }
      }
    }
  }

  private static func title(_ definition: RestoreTestDefinition) -> String {
    let name = definition.filePattern ?? definition.location.split(separator: "/").last.map(String.init)
    return UntrustedText.line(name ?? definition.location, limit: 100)
  }
}
