import Foundation
import ProofbackCore
import ProofbackSystem
import Synchronization

/// The server and client programs of this host, and what they call themselves.
struct MySQLPrograms: Sendable, Equatable {
  var server: String
  var client: String
  var flavour: ServerFlavour
  /// As the server prints it: `10.11.6-MariaDB-0+deb12u1`.
  var version: String

  var serverVersion: ServerVersion? { ServerVersion(version) }

  /// The pair that serves `wanted` best: the same flavour when it is installed, else the other.
  static func installed(for wanted: ServerFlavour?, in system: any SandboxSystem) async -> MySQLPrograms? {
    let found = system is HostSystem ? await ofHost.value : await ofImage(wanted, system)
    return found.first { $0.flavour == wanted } ?? found.first
  }

  /// The same of an image, of which each question takes its time: the other flavour is not asked for when there is no need.
  private static func ofImage(_ wanted: ServerFlavour?, _ system: any SandboxSystem) async -> [MySQLPrograms] {
    let isMariaDBs = await system.find("mariadbd") != nil
    guard wanted == .mariadb, isMariaDBs else { return await all(in: system) }
    return await all(in: system, [("mariadbd", "mariadb")])
  }

  /// Looked for once per process: installing a server while a run goes on changes nothing for it.
  private static let ofHost = Task.detached { await all(in: HostSystem()) }

  private static func all(
    in system: any SandboxSystem, _ pairs: [(String, String)] = [("mariadbd", "mariadb"), ("mysqld", "mysql")]
  ) async -> [MySQLPrograms] {
    var found: [MySQLPrograms] = []
    for (server, client) in pairs {
      guard let server = await system.find(server), let client = await system.find(client) else { continue }
      // In MariaDB's own packages the second names are links to the first.
      if let programs = await read(server: server, client: client, in: system), found.first?.version != programs.version
      {
        found.append(programs)
      }
    }
    return found
  }

  /// `mariadbd  Ver 10.11.6-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)`.
  private static func read(server: String, client: String, in system: any SandboxSystem) async -> MySQLPrograms? {
    guard let output = await system.output(of: server, ["--no-defaults", "--version"], limit: 4096) else { return nil }
    let words = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard let mark = words.firstIndex(of: "Ver"), words.index(after: mark) < words.endIndex else { return nil }
    let version = UntrustedText.line(words[words.index(after: mark)], limit: 80)
    let flavour: ServerFlavour = version.contains("MariaDB") ? .mariadb : .mysql
    return MySQLPrograms(server: server, client: client, flavour: flavour, version: version)
  }
}
