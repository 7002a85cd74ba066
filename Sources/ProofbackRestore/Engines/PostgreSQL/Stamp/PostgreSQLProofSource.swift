import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// PostgreSQL as a source that is stamped.
struct PostgreSQLProofSourceKind: ProofSourceKind {
  let schemes = ["postgresql", "postgres"]
  let example = "postgresql://user@host:5432/database, postgresql:///database?socket=/run/postgresql"

  func open(_ address: SourceAddress, password: Data?) async throws -> any ProofSource {
    let installed = await PostgreSQLPrograms.installed(in: HostSystem()).first
    let folder = installed?.folder ?? Programs.find("psql").map { String($0.dropLast("/psql".count)) }
    guard let folder else {
      throw RunTrouble(CommonFindings.clientDied, "no client program psql is installed here")
    }
    var origin = try PostgreSQLOrigin(address, password, PostgreSQLPrograms(folder: folder, version: ""))
    let session = PostgreSQLSession(
      SourceHost.work(DatabaseType("postgresql"), nil), ownProgram: Self.ownProgram, origin: origin)
    let rows = try await session.rows("SELECT current_setting('server_version')", in: origin.database ?? "postgres")
    guard let version = rows.first?.first else {
      throw RunTrouble(CommonFindings.clientDied, "the server does not tell its version")
    }
    origin.programs.version = UntrustedText.line(String(version.prefix { $0 != " " }))
    return PostgreSQLProofSource(origin: origin, ownProgram: Self.ownProgram)
  }

  private static var ownProgram: FilePath { FilePath(OwnProgram.executable) }
}

/// How psql reaches the source.
struct PostgreSQLOrigin: Sendable {
  var programs: PostgreSQLPrograms
  let user: String
  /// Nil: all databases of the cluster.
  let database: String?
  let environment: [String: String]
  /// The password, in memory that psql reads as its password file.
  private let file: LentFile?

  init(_ address: SourceAddress, _ password: Data?, _ programs: PostgreSQLPrograms) throws {
    self.programs = programs
    user = address.user ?? NSUserName()
    database = address.database
    file = try password.map { password in
      let text = String(decoding: password, as: UTF8.self).replacing("\\", with: "\\\\").replacing(":", with: "\\:")
      return try LentFile(Data("*:*:*:*:\(text)\n".utf8))
    }
    var environment = [
      // Empty: the socket that the client was built with.
      "HOME": SourceHost.home, "PGHOST": address.socket ?? address.host ?? "", "PGPORT": "\(address.port ?? 5432)",
      // Rows that a policy hides are an error, not fewer rows.
      "PGOPTIONS": PostgreSQLSession.settings + " -c row_security=off",
    ]
    environment["PGPASSFILE"] = file?.path
    self.environment = environment
  }

  /// On the first line, before the first table: all are read in one snapshot.
  static let opening = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
}

struct PostgreSQLProofSource: ProofSource {
  let origin: PostgreSQLOrigin
  let ownProgram: FilePath

  var product: String { "PostgreSQL \(origin.programs.version)" }

  func measure(_ measuring: Measuring, leavingOut leftOut: [String]) async throws -> DatabaseProfile {
    let session = PostgreSQLSession(
      SourceHost.work(DatabaseType("postgresql"), measuring), ownProgram: ownProgram, origin: origin)
    var profile = DatabaseProfile()
    for database in try await session.databases() {
      var catalogue = try await session.catalogue(of: database)
      catalogue.relations.removeAll { relation in
        let name = relation.name
        // Materialized views are computed anew, an extension makes its own rows.
        return relation.kind == "m" || relation.isExtensions
          || leftOut.contains {
            NamePattern($0).matches(name.name) || NamePattern($0).matches("\(name.schema).\(name.name)")
          }
      }
      let measures = try await session.measures(database)
      var readings = PostgreSQLSession.Readings()
      try await session.readRows(catalogue, database, .full, measures, &readings)
      if let (table, reading) = readings.byTable.first(where: { $0.value.error != nil }), let error = reading.error {
        throw RunTrouble(
          CommonFindings.clientDied,
          "table \(UntrustedText.line(table.text)) can't be read at the source: \(error.description)")
      }
      try await session.addProfile(of: database, catalogue, readings, measures, to: &profile)
    }
    return profile
  }
}
