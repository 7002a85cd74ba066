import Foundation
import ProofbackCore
import ProofbackRestore
import ProofbackServer
import ProofbackStore
import SystemPackage

/// The composition root: which plug-ins there are, and where state lies.
enum Composition {
  static let version = "0.1.0"
  static let plugins = Plugins(engines: EngineCatalogue.all, sandboxes: SandboxCatalogue.kinds)
  /// What the server knows of the plug-ins.
  static let facilities = Facilities(
    types: plugins.engines.flatMap(\.types), options: plugins.engines.flatMap(\.options),
    sandboxes: plugins.sandboxes.map(SandboxOffer.init),
    serverKinds: SourceCatalogue.kinds.compactMap(\.server),
    read: { location, pattern in try SourceCatalogue.reading(location, pattern: pattern) },
    inspect: { secret, kind, passphrase in await KeyInspector.inspect(secret, kind, passphrase) },
    hostKeys: { try await SourceCatalogue.hostKeys(of: $0) }, look: look, draw: CodeDrawing.draw)

  /// Asking a bucket takes neither folders nor a sandbox.
  @Sendable private static func look(_ assignment: Assignment) async -> BackupLook? {
    let nowhere = FilePath("/proc/self/nowhere")
    let control = RunControl()
    let run = RestoreRun(
      assignment, folders: RunFolders(run: nowhere, keys: nowhere, templates: nowhere), plugins: plugins,
      control: control, events: NoEvents(), started: Date())
    return await withTaskCancellationHandler {
      await run.look()
    } onCancel: {
      Task { await control.stop(because: RunFindings.cancelled.finding("the run was cancelled")) }
    }
  }

  /// What is kept in the embedded state.
  static func repositories(_ database: StateDatabase, _ key: MasterKey) throws -> ServerState.Repositories {
    let baselines = Baselines(database, vault: Vault(key))
    return ServerState.Repositories(
      people: People(database), sessions: Sessions(database), tokens: APITokens(database),
      credentials: Credentials(database, vault: Vault(key)), servers: BackupServers(database),
      workplaces: Workplaces(database),
      audit: AuditTrail(database), secondFactors: SecondFactors(database, vault: Vault(key)),
      settings: Settings(database), runs: Runs(database, baselines: baselines), baselines: baselines,
      drills: Drills(database), schedules: Schedules(database),
      channels: Channels(database, vault: Vault(key)), outbox: Messages(database), alerts: Alerts(database),
      check: database.check)
  }

  static let internalError = RunFindings.internalError
  static let stateVariable = "PROOFBACK_STATE"

  /// The folder for templates and run folders, unless one is named: the system's for root and for the service's user, whom it
  /// belongs to.
  static var stateFolder: String {
    let environment = ProcessInfo.processInfo.environment
    if let named = environment[stateVariable], !named.isEmpty { return named }
    if geteuid() == 0 || isOurs(systemFolder) { return systemFolder }
    if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") { return folder + "/proofback" }
    return (environment["HOME"] ?? "/tmp") + "/.local/state/proofback"
  }

  private static let systemFolder = "/var/lib/proofback"

  private static func isOurs(_ folder: String) -> Bool {
    var status = stat()
    return lstat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
  }
}

/// For runs that nobody watches.
struct NoEvents: EventSink {
  func send(_ event: RunEvent) {}
}
