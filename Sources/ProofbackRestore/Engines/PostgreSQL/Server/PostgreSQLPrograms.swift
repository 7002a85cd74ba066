import Foundation
import ProofbackCore
import ProofbackSystem

/// One version of PostgreSQL's programs on this host.
struct PostgreSQLPrograms: Sendable, Equatable {
  /// Their folder: distributions keep versions side by side, outside of the PATH.
  var folder: String
  /// As the server prints it: `15.18`.
  var version: String

  var major: Int { Int(version.prefix { $0.isNumber }) ?? 0 }
  var minor: Int { Int(version.drop { $0.isNumber }.dropFirst().prefix { $0.isNumber }) ?? 0 }

  func path(_ program: String) -> String { "\(folder)/\(program)" }

  /// `\restrict` came with these minor versions (PostgreSQL release notes of 2025-08-14).
  var knowsRestriction: Bool {
    let first = [13: 22, 14: 19, 15: 14, 16: 10, 17: 6]
    return first[major].map { minor >= $0 } ?? (major > 17)
  }

  /// Files besides the system's libraries that server and tools read, where they are; an image has them inside.
  var reads: [String] {
    [
      "/usr/share/postgresql/\(major)", "/usr/pgsql-\(major)/share", "/usr/share/pgsql", "/usr/share/zoneinfo",
      "/etc/localtime",
    ].filter { FileManager.default.fileExists(atPath: $0) }
  }

  /// The newest first.
  static func installed(in system: any SandboxSystem) async -> [PostgreSQLPrograms] {
    system is HostSystem ? await ofHost.value : await all(in: system)
  }

  /// Looked for once per process.
  private static let ofHost = Task.detached { await all(in: HostSystem()) }

  private static func all(in system: any SandboxSystem) async -> [PostgreSQLPrograms] {
    var folders: [String] = []
    for parent in ["/usr/lib/postgresql", "/usr/local/lib/postgresql"] {
      folders += await system.names(in: parent).map { "\(parent)/\($0)/bin" }
    }
    folders += (10...30).map { "/usr/pgsql-\($0)/bin" } + ["/usr/local/pgsql/bin"] + Programs.folders
    let needed = ["postgres", "initdb", "psql", "pg_restore"]
    let there = Set(await system.existing(folders.flatMap { folder in needed.map { "\(folder)/\($0)" } }))
    var found: [PostgreSQLPrograms] = []
    for folder in folders where needed.allSatisfy({ there.contains("\(folder)/\($0)") }) {
      if let programs = await read(folder, in: system) { found.append(programs) }
    }
    return found.sorted { ($0.major, $0.minor) > ($1.major, $1.minor) }
  }

  /// A folder with server and client in it.
  private static func read(_ folder: String, in system: any SandboxSystem) async -> PostgreSQLPrograms? {
    guard let output = await system.output(of: "\(folder)/postgres", ["--version"], limit: 4096) else { return nil }
    // `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `postgres (PostgreSQL) 18beta1`
    let text = String(decoding: output, as: UTF8.self)
    guard let match = text.firstMatch(of: /\(PostgreSQL\) ([0-9]+[0-9.a-z]*)/) else { return nil }
    return PostgreSQLPrograms(folder: folder, version: String(match.output.1))
  }
}
