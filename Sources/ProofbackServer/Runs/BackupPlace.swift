import ProofbackCore

/// Where a definition's backup lies, with what is needed to get there: a backup server's part is put in.
struct BackupPlace: Sendable {
  var location: String
  var reading: LocationReading
  /// With its kind.
  var server: (BackupServer, kind: BackupServerKind)?

  /// - Throws: `FormProblems`.
  init(_ definition: RestoreTestDefinition, _ state: ServerState) throws {
    guard !definition.location.isEmpty else {
      throw FormProblems("location", "it is empty", hint: "for example /srv/backups/shop.sql.gz")
    }
    if let id = definition.server {
      guard let found = try state.kept.servers.server(id) else {
        throw FormProblems("server", "this backup server is not set up any more")
      }
      guard let kind = state.facilities.serverKind(of: found.address) else {
        throw FormProblems("server", "this version does not know this kind of backup server")
      }
      server = (found, kind)
      location = found.location(try Self.path(definition.location, on: found, kind))
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

  /// Where there are no home folders, all paths begin at the top.
  private static func path(_ text: String, on server: BackupServer, _ kind: BackupServerKind) throws -> String {
    if text.hasPrefix("/") || text.hasPrefix("~") { return text }
    guard kind.entrance == "/" else {
      throw FormProblems("location", "it is no path on \(server.name)", hint: "for example /srv/backups or ~/backups")
    }
    return "/" + text
  }
}
