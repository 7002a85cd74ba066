import Foundation
public import ProofbackCore

/// Asking for runs: what may be asked for, and with which keys.
public struct RunRequests: Sendable {
  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// Asks for another run of what was tested before.
  /// - Throws: `FormProblems` when it is not allowed any more.
  public func again(
    _ definition: RestoreTestDefinition, title: String, restoreTest: String?, by actor: Actor
  ) throws -> RunRecord {
    try check(definition)
    return try state.kept.queue.request(definition, title: title, restoreTest: restoreTest, by: actor)
  }

  /// Asks for a run; it is carried out as soon as there is room.
  /// - Throws: `FormProblems`.
  public func request(_ form: Form, by actor: Actor) throws -> RunRecord {
    let definition = try definition(form)
    return try state.kept.queue.request(definition, title: Self.title(definition), restoreTest: nil, by: actor)
  }

  /// What a form says, checked: locations that parse and are allowed, credentials that may be used there.
  public func definition(_ form: Form) throws -> RestoreTestDefinition {
    let definition = try RunFormReading(form, state.facilities).definition()
    try check(definition)
    return definition
  }

  /// What a form's location is understood as; nothing is asked of the location itself.
  /// - Throws: `FormProblems`.
  public func reading(_ form: Form) throws -> LocationReading {
    var definition = RestoreTestDefinition(
      server: form.server.isEmpty ? nil : form.server, location: form.location.trimmingCharacters(in: .whitespaces))
    definition.filePattern = form.file.isEmpty ? nil : form.file
    return try BackupPlace(definition, state).reading
  }

  /// Whether a definition may be carried out as things stand: checked when it is asked for and again when it starts.
  /// - Throws: `FormProblems`.
  @discardableResult
  func check(_ definition: RestoreTestDefinition) throws -> BackupPlace {
    let place = try BackupPlace(definition, state)
    if place.server == nil { try checkPath(place.reading.path) }
    try checkCredentials(definition, place)
    try checkWorkplace(definition, place)
    return place
  }

  /// Who works elsewhere does not see what lies on this machine.
  private func checkWorkplace(_ definition: RestoreTestDefinition, _ place: BackupPlace) throws {
    guard let id = definition.workplace else { return }
    let (workplace, kind) = try LauncherChoice(state: state).found(id)
    guard kind.isHere || place.server != nil else {
      throw FormProblems(
        "workplace", "a path on this machine can't be read from \(workplace.name)",
        hint: "choose a backup server, or let it run on this machine")
    }
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

  private func checkCredentials(_ definition: RestoreTestDefinition, _ place: BackupPlace) throws {
    let uses: [(field: String, kind: CredentialKind, ids: [String])] = [
      ("server", place.server?.kind.credential ?? .sshKey, [place.server?.0.setup.credential].compactMap { $0 }),
      ("server", .repositoryPassword, [place.server?.0.setup.password].compactMap { $0 }),
      ("decryptionKeys", .decryptionKey, definition.decryptionKeys),
      ("passphrase", .passphrase, [definition.passphrase].compactMap { $0 }),
      ("proofKey", .proofKey, [definition.proofKey].compactMap { $0 }),
    ]
    for use in uses {
      for id in use.ids {
        guard let credential = try state.kept.credentials.credential(id), credential.kind == use.kind else {
          throw FormProblems(use.field, "this credential is not stored any more")
        }
        guard credential.isFor(place.reading) else {
          let here = UntrustedText.line(place.reading.places.first ?? "", limit: 80)
          throw FormProblems(
            use.field, "\(credential.name) may not be used for \(here)",
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
