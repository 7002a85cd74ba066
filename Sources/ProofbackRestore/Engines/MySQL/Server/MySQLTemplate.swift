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
  private static let recipe = 2

  var folder: FilePath {
    let version = programs.version.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" }
    return templates.appending("mysql-\(String(version))-r\(Self.recipe)")
  }

  private var isMade: Bool { access(folder.appending("mysql").string, F_OK) == 0 }

  /// Makes the template in `sandbox`, unless it is there: two runs at the same time make it once.
  /// - Returns: whether the sandbox's own data folder holds it now, so that nothing has to be copied.
  /// - Throws: `RunTrouble` when the server cannot make its own schema.
  func isReady(in sandbox: any Sandbox) async throws -> Bool {
    if isMade { return false }
    try FileManager.default.createDirectory(atPath: templates.string, withIntermediateDirectories: true)
    let lock = try await Blocking.run("template lock") { try Self.lock(templates.appending(".lock")) }
    defer { try? lock.close() }
    if isMade { return false }
    try await initialise(in: sandbox)
    let unfinished = templates.appending(".\(UUID().uuidString)")
    try await copy(sandbox.data.host, to: unfinished)
    guard rename(unfinished.string, folder.string) == 0 else {
      throw RunTrouble(MySQLFindings.notStarted, "the template could not be stored: \(Errno(rawValue: errno))")
    }
    return true
  }

  private static func lock(_ path: FilePath) throws -> FileDescriptor {
    let descriptor = try FileDescriptor.open(
      path, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
    guard flock(descriptor.rawValue, LOCK_EX) == 0 else { throw Errno(rawValue: errno) }
    return descriptor
  }

  private func copy(_ from: FilePath, to: FilePath) async throws {
    let outcome = try await Command(
      "/bin/cp", ["-a", "--reflink=auto", "--sparse=always", "--", from.string, to.string]
    ).capture(within: 300)
    guard outcome.end.isSuccess else {
      throw RunTrouble(
        MySQLFindings.notStarted, "the template could not be stored: \(UntrustedText.line(outcome.errorText))")
    }
  }

  private func initialise(in sandbox: any Sandbox) async throws {
    let fixed = MySQLServerOptions.layout + MySQLServerOptions.fleeting
    let data = "--datadir=\(sandbox.data.inside)"
    let arguments =
      switch programs.flavour {
      case .mariadb:
        ["--no-defaults", "--bootstrap", data, "--tmpdir=/tmp", "--innodb-log-file-size=8M", "--log-warnings=0"] + fixed
      case .mysql: ["--no-defaults", "--initialize-insecure", data] + fixed
      }
    let program = SandboxProgram(
      name: "initialise", executable: FilePath(programs.server), arguments: arguments,
      reads: MySQLSession.serverReads(programs), role: .server)
    let input = programs.flavour == .mariadb ? try Self.bootstrapStatements() + (await Self.timeZones()) : []
    let end = try await Self.run(program, in: sandbox, input: input)
    guard end.end.isSuccess else {
      throw RunTrouble(
        MySQLFindings.notStarted, "the server could not make its own schema",
        evidence: MySQLMessages.lastOwnLines(of: end.errors, 12))
    }
  }

  /// What mariadb-install-db gives to the server (scripts/mysql_install_db.sh), without the help tables.
  private static func bootstrapStatements() throws -> [UInt8] {
    var statements = Array("CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n".utf8)
    let files = [
      "mysql_system_tables", "mysql_performance_tables", "mysql_system_tables_data", "maria_add_gis_sp_bootstrap",
      "mysql_sys_schema",
    ]
    let folders = ["/usr/share/mysql", "/usr/share/mariadb"]
    for file in files {
      guard let folder = folders.first(where: { access("\($0)/\(file).sql", R_OK) == 0 }) else { continue }
      statements += try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file).sql"))
      statements.append(UInt8(ascii: "\n"))
    }
    return statements
  }

  /// Events of dumps name the zone of their makers. From this host's own zone files, without the tool's care for clusters.
  private static func timeZones() async -> [UInt8] {
    guard let tool = Programs.find("mariadb-tzinfo-to-sql") ?? Programs.find("mysql_tzinfo_to_sql"),
      let outcome = try? await Command(tool, ["/usr/share/zoneinfo"]).capture(limit: 32 << 20, within: 60),
      outcome.end.isSuccess
    else { return [] }
    let ofClusters = ["set @wsrep", "execute immediate", "SET STATEMENT"]
    let lines = outcome.text.split(separator: "\n").filter { line in !ofClusters.contains { line.hasPrefix($0) } }
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
