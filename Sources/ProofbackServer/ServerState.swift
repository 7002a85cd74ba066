public import Foundation
public import ProofbackCore
public import ProofbackStore

/// What all parts of the server share: the repositories and what the executable provides.
public struct ServerState: Sendable {
  public let database: StateDatabase
  public let people: People
  public let credentials: Credentials
  public let runs: Runs
  public let schedules: Schedules
  public let settings: Settings
  public let auditTrail: AuditTrail
  public let facilities: Facilities
  public let launcher: any Launcher
  /// Folder for templates and run folders.
  public let folder: String
  public let watch = RunWatch()
  public let now: @Sendable () -> Date

  public init(
    database: StateDatabase, vault: Vault, facilities: Facilities, launcher: any Launcher, folder: String,
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.database = database
    people = People(database)
    credentials = Credentials(database, vault: vault)
    runs = Runs(database)
    schedules = Schedules(database)
    settings = Settings(database)
    auditTrail = AuditTrail(database)
    self.facilities = facilities
    self.launcher = launcher
    self.folder = folder
    self.now = now
  }
}
