import ProofbackCore

/// Where a definition's backup lies, with what is needed to get there: a backup server's part is put in.
struct BackupPlace: Sendable {
  var location: String
  var reading: LocationReading
  var server: BackupServer?

  /// - Throws: `FormProblems`.
  init(_ definition: RestoreTestDefinition, _ state: ServerState) throws {
    guard !definition.location.isEmpty else {
      throw FormProblems("location", "it is empty", hint: "for example /srv/backups/shop.sql.gz")
    }
    if let id = definition.server {
      guard let found = try state.kept.servers.server(id) else {
        throw FormProblems("server", "this backup server is not set up any more")
      }
      guard definition.location.hasPrefix("/") || definition.location.hasPrefix("~") else {
        throw FormProblems("location", "it is no path on \(found.name)", hint: "for example /srv/backups or ~/backups")
      }
      server = found
      location = found.location(definition.location)
    } else {
      location = definition.location
    }
    do {
      reading = try state.facilities.read(location, definition.filePattern)
    } catch let trouble as RunTrouble {
      throw FormProblems("location", trouble.finding.message, hint: FormWords.hint(trouble.finding.hint))
    }
    if server == nil, reading.host != nil {
      throw FormProblems(
        "location", "hosts are reached as backup servers only",
        hint: "choose the backup server by its name; a manager can set one up")
    }
  }
}
