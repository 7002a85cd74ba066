import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// MySQL and MariaDB as sources that are stamped.
struct MySQLProofSourceKind: ProofSourceKind {
  let schemes = ["mysql", "mariadb"]
  let example = "mysql://user@host:3306/database, mysql:///database?socket=/run/mysqld/mysqld.sock"

  func open(_ address: SourceAddress, password: Data?) async throws -> any ProofSource {
    guard let client = Programs.find("mariadb") ?? Programs.find("mysql") else {
      throw RunTrouble(MySQLFindings.clientTrouble, "no client program mariadb or mysql is installed here")
    }
    var programs = MySQLPrograms(server: "", client: client, flavour: .mariadb, version: "")
    let origin = try MySQLOrigin(address, password, programs)
    let answer = try await MySQLSession(
      SourceHost.work(DatabaseType("mysql"), nil), ownProgram: Self.ownProgram, origin: origin
    )
    .query("SELECT VERSION();")
    guard let version = answer.rows.first?.first else {
      throw RunTrouble(MySQLFindings.clientTrouble, "the server does not tell its version")
    }
    programs.version = UntrustedText.line(version)
    programs.flavour = version.lowercased().contains("mariadb") ? .mariadb : .mysql
    return MySQLProofSource(
      origin: try MySQLOrigin(address, password, programs), database: address.database, ownProgram: Self.ownProgram)
  }

  private static var ownProgram: FilePath { FilePath(OwnProgram.executable) }
}

/// How the client reaches the source.
struct MySQLOrigin: Sendable {
  var programs: MySQLPrograms
  var arguments: [String]
  /// The password, in memory that the client reads as an option file.
  private let file: LentFile?

  init(_ address: SourceAddress, _ password: Data?, _ programs: MySQLPrograms) throws {
    self.programs = programs
    file = try password.map { try LentFile(Self.options($0)) }
    arguments = file.map { ["--defaults-extra-file=\($0.path)"] } ?? []
    if let user = address.user { arguments.append("--user=\(user)") }
    if let host = address.host { arguments += ["--host=\(host)", "--protocol=TCP"] }
    if let port = address.port { arguments.append("--port=\(port)") }
    if let socket = address.socket { arguments += ["--socket=\(socket)", "--protocol=SOCKET"] }
    // What changes how values are written, whatever the server has as its own.
    arguments.append("--init-command=SET SESSION time_zone='+00:00', SESSION sql_mode=''")
  }

  /// On the first line, before the first table: all are read in one snapshot.
  static let opening =
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT; "

  private static func options(_ password: Data) -> Data {
    let text = String(decoding: password, as: UTF8.self).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return Data("[client]\npassword=\"\(text)\"\n".utf8)
  }
}

struct MySQLProofSource: ProofSource {
  let origin: MySQLOrigin
  /// Nil: all databases but the server's own.
  let database: String?
  let ownProgram: FilePath

  var product: String { "\(origin.programs.flavour.title) \(origin.programs.version)" }

  func measure(_ measuring: Measuring, leavingOut leftOut: [String]) async throws -> DatabaseProfile {
    let session = MySQLSession(
      SourceHost.work(DatabaseType("mysql"), measuring), ownProgram: ownProgram, origin: origin)
    var catalogue = try await session.catalogue()
    catalogue.tables.removeAll { table in
      database.map { $0 != table.database } ?? false
        || leftOut.contains { NamePattern($0).matches(table.name) || NamePattern($0).matches(table.key.text) }
    }
    // A dump has the rows that are, not those that were.
    for index in catalogue.tables.indices where catalogue.tables[index].isVersioned {
      catalogue.tables[index].kind = "BASE TABLE"
    }
    let measures = try await session.measures()
    let readings = try await session.readTables(catalogue, .full, measures)
    if let (table, reading) = readings.byTable.first(where: { $0.value.error != nil }), let error = reading.error {
      throw RunTrouble(
        MySQLFindings.clientTrouble,
        "table \(UntrustedText.line(table.text)) can't be read at the source: \(error.description)")
    }
    var profile = try await session.profile(catalogue, readings, measures) ?? DatabaseProfile()
    if let database {
      let own = UntrustedText.line(database)
      profile.objects.removeAll { $0.name != own && !$0.name.hasPrefix(own + ".") }
    }
    return profile
  }
}
