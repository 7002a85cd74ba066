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

  /// Files besides the system's libraries that server and tools read.
  var reads: [String] {
    [
      "/usr/share/postgresql/\(major)", "/usr/pgsql-\(major)/share", "/usr/share/pgsql", "/usr/share/zoneinfo",
      "/etc/localtime",
    ].filter { FileManager.default.fileExists(atPath: $0) }
  }

  /// The newest first. Looked for once per process.
  static let installed: [PostgreSQLPrograms] = {
    let parents = ["/usr/lib/postgresql", "/usr/local/lib/postgresql"].flatMap { parent in
      ((try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []).map { "\(parent)/\($0)/bin" }
    }
    let versioned = (10...30).map { "/usr/pgsql-\($0)/bin" }
    let folders = parents + versioned + ["/usr/local/pgsql/bin"] + Programs.folders
    return folders.compactMap(read).sorted { ($0.major, $0.minor) > ($1.major, $1.minor) }
  }()

  /// A folder with server and client in it.
  private static func read(_ folder: String) -> PostgreSQLPrograms? {
    let needed = ["postgres", "initdb", "psql", "pg_restore"]
    guard needed.allSatisfy({ FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }) else { return nil }
    let answer = Blocking.wait {
      try? await Command("\(folder)/postgres", ["--version"]).capture(limit: 4096, within: 20).text
    }
    // `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`
    guard let match = answer?.firstMatch(of: /\(PostgreSQL\) ([0-9]+[0-9.a-z]*)/) else { return nil }
    return PostgreSQLPrograms(folder: folder, version: String(match.output.1))
  }
}
