import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// A data folder with the server's own schema in it, made once per server version and copied for each run.
struct MySQLTemplate {
  var programs: MySQLPrograms
  /// All templates' folder.
  var templates: FilePath
  /// Part of the name: what was made otherwise is made anew.
  private static let recipe = 3

  /// - Throws: `RunTrouble` when the server cannot make its own schema.
  func fill(_ sandbox: any Sandbox) async throws {
    let template = SandboxTemplate(
      in: templates, name: "mysql-\(programs.version)-r\(Self.recipe)", system: sandbox.system, mark: "mysql")
    try await template.fill(sandbox) { try await initialise(in: sandbox) }
  }

  private func initialise(in sandbox: any Sandbox) async throws {
    let fixed = MySQLServerOptions.layout(programs.flavour) + MySQLServerOptions.fleeting
    let data = "--datadir=\(sandbox.data.inside)"
    let arguments =
      switch programs.flavour {
      case .mariadb:
        ["--no-defaults", "--bootstrap", data, "--tmpdir=/tmp", "--innodb-log-file-size=8M", "--log-warnings=0"] + fixed
      case .mysql:
        ["--no-defaults", "--initialize-insecure", data, "--loose-innodb-redo-log-capacity=8M"]
          + MySQLServerOptions.withoutKeys + fixed
      }
    let program = SandboxProgram(
      name: "initialise", executable: FilePath(programs.server), arguments: arguments,
      reads: await MySQLSession.serverReads(sandbox.system), role: .server, origin: .dbms)
    let isMariaDB = programs.flavour == .mariadb
    let input = isMariaDB ? await Self.bootstrapStatements(sandbox.system) + Self.timeZones(sandbox.system) : []
    let end = try await Self.run(program, in: sandbox, input: input)
    guard end.end.isSuccess else {
      throw RunTrouble(
        MySQLFindings.notStarted, "the server could not make its own schema",
        evidence: MySQLMessages.lastOwnLines(of: end.errors, 12))
    }
  }

  /// What mariadb-install-db gives to the server (scripts/mysql_install_db.sh), without the help tables.
  private static func bootstrapStatements(_ system: any SandboxSystem) async -> [UInt8] {
    var statements = Array("CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n".utf8)
    let files = [
      "mysql_system_tables", "mysql_performance_tables", "mysql_system_tables_data", "maria_add_gis_sp_bootstrap",
      "mysql_sys_schema",
    ]
    let folders = ["/usr/share/mysql", "/usr/share/mariadb"]
    let paths = files.flatMap { file in folders.map { "\($0)/\(file).sql" } }
    let there = await system.existing(paths)
    for file in files {
      guard let path = there.first(where: { $0.hasSuffix("/\(file).sql") }), let text = await system.contents(of: path)
      else { continue }
      statements += text
      statements.append(UInt8(ascii: "\n"))
    }
    return statements
  }

  /// Events of dumps name the zone of their makers. From the system's own zone files, without the tool's care for clusters.
  private static func timeZones(_ system: any SandboxSystem) async -> [UInt8] {
    var tool = await system.find("mariadb-tzinfo-to-sql")
    if tool == nil { tool = await system.find("mysql_tzinfo_to_sql") }
    guard let tool, let output = await system.output(of: tool, ["/usr/share/zoneinfo"], limit: 32 << 20) else {
      return []
    }
    let text = String(decoding: output, as: UTF8.self)
    let ofClusters = ["set @wsrep", "execute immediate", "SET STATEMENT"]
    let lines = text.split(separator: "\n").filter { line in !ofClusters.contains { line.hasPrefix($0) } }
    // Without a log of each row, which every run would copy.
    let tables = ["time_zone", "time_zone_name", "time_zone_transition", "time_zone_transition_type"]
    let unlogged = tables.map { "ALTER TABLE mysql.\($0) TRANSACTIONAL=0;\n" }.joined()
    return Array((unlogged + "USE mysql;\n" + lines.joined(separator: "\n") + "\n").utf8)
  }

  private static func run(
    _ program: SandboxProgram, in sandbox: any Sandbox, input: [UInt8]
  ) async throws -> (end: ProcessEnd, errors: [UInt8]) {
    let pipe = try Pipe()
    let process = try await pipe.writeEnd.closedOnError {
      try await sandbox.start(program, input: pipe.readEnd, output: nil)
    }
    try? await Blocking.run("bootstrap") {
      defer { try? pipe.writeEnd.close() }
      try input.withUnsafeBytes { try pipe.writeEnd.writeFully($0) }
    }
    return (await process.wait(), process.errorOutput())
  }
}
