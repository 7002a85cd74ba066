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
    let input = isMariaDB ? await MariaDBBootstrap(system: sandbox.system).statements() : []
    let end = try await Self.run(program, in: sandbox, input: input)
    guard end.end.isSuccess else {
      throw RunTrouble(
        MySQLFindings.notStarted, "the server could not make its own schema",
        evidence: MySQLMessages.lastOwnLines(of: end.errors, 12))
    }
  }

  private static func run(
    _ program: SandboxProgram, in sandbox: any Sandbox, input: [ArraySlice<UInt8>]
  ) async throws -> (end: ProcessEnd, errors: [UInt8]) {
    let pipe = try Pipe()
    let process = try await pipe.writeEnd.closedOnError {
      try await sandbox.start(program, input: pipe.readEnd, output: nil)
    }
    try? await Blocking.run("bootstrap") {
      defer { try? pipe.writeEnd.close() }
      for piece in input { try piece.withUnsafeBytes { try pipe.writeEnd.writeFully($0) } }
    }
    return (await process.wait(), process.errorOutput())
  }
}
