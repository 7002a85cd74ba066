import Foundation
import ProofbackCore

/// What a worker is given: the definition with its server's part and the opened secrets.
struct AssignmentMaker: Sendable {
  let state: ServerState

  /// Checks once more that the definition is allowed, as things stand now.
  /// - Parameter restoreTest: whose baseline it is held against; nil: there is none, and none is made.
  /// - Throws: `FormProblems`, `StoreError`.
  func assignment(
    _ definition: RestoreTestDefinition, runID: String, restoreTest: String? = nil, goal: Goal = .restore
  ) throws -> Assignment {
    let place = try RunRequests(state).check(definition)
    var specification = RunSpecification(runID: runID, location: place.location, stateFolder: state.folder)
    specification.goal = goal
    specification.filePattern = definition.filePattern
    specification.type = definition.type
    specification.maxAgeSeconds = definition.maxAgeSeconds
    specification.minSizeBytes = definition.minSizeBytes
    specification.encryption = definition.encryption
    specification.volatileTables = definition.volatileTables ?? []
    specification.tolerances = definition.tolerances ?? [:]
    specification.checks = definition.checks ?? []
    if let restoreTest {
      specification.baseline = try state.kept.baselines.baseline(of: restoreTest)
      specification.profileKey = specification.baseline?.key ?? UInt64.random(in: 1...UInt64.max)
    }
    specification.opensslCipher = definition.opensslCipher
    specification.allowedHosts = try state.kept.settings.allowedHosts()
    specification.depth = definition.depth
    specification.limits = definition.limits
    specification.engineOptions = definition.engineOptions
    try chooseSandbox(definition, &specification)
    var secrets = RunSecrets()
    let open = state.kept.credentials.open
    if let (server, kind) = place.server { try put(server, kind, into: &secrets) }
    if goal == .restore {
      secrets.decryptionKeys = try definition.decryptionKeys.map(open)
      secrets.passphrase = try definition.passphrase.map(open)
      secrets.proofKey = try definition.proofKey.map(open)
    }
    return Assignment(specification: specification, secrets: secrets)
  }

  private func chooseSandbox(_ definition: RestoreTestDefinition, _ specification: inout RunSpecification) throws {
    let kind = state.facilities.sandbox(named: definition.sandbox, image: definition.image)
    specification.sandbox = kind?.name ?? definition.sandbox ?? specification.sandbox
    specification.image = definition.image
    if kind?.usesImages ?? false { specification.images = try state.kept.settings.images() }
  }

  /// What gets a run into a backup server.
  private func put(_ server: BackupServer, _ kind: BackupServerKind, into secrets: inout RunSecrets) throws {
    let open = state.kept.credentials.open
    if let id = server.setup.credential { secrets.setEntrance(try open(id), kind.credential) }
    secrets.repositoryPassword = try server.setup.password.map(open)
    if kind.showsHostKeys { secrets.knownHosts = Data(server.setup.hostKeys.utf8) }
    if !server.setup.authority.isEmpty { secrets.authority = Data(server.setup.authority.utf8) }
  }
}
