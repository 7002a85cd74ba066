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
  static func installed(for wanted: ServerFlavour?) -> MySQLPrograms? {
    let found = all
    return found.first { $0.flavour == wanted } ?? found.first
  }

  /// Looked for once per process: installing a server while a run goes on changes nothing for it.
  private static let all: [MySQLPrograms] = [("mariadbd", "mariadb"), ("mysqld", "mysql")].compactMap {
    server, client in
    guard let server = Programs.find(server), let client = Programs.find(client) else { return nil }
    return read(server: server, client: client)
  }

  /// `mariadbd  Ver 10.11.6-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)`.
  private static func read(server: String, client: String) -> MySQLPrograms? {
    let answer = Blocking.wait {
      try? await Command(server, ["--no-defaults", "--version"]).capture(limit: 4096, within: 20).text
    }
    guard let words = answer?.split(whereSeparator: \.isWhitespace),
      let mark = words.firstIndex(of: "Ver"), words.index(after: mark) < words.endIndex
    else { return nil }
    let version = String(words[words.index(after: mark)])
    let flavour: ServerFlavour = version.contains("MariaDB") ? .mariadb : .mysql
    return MySQLPrograms(server: server, client: client, flavour: flavour, version: version)
  }
}
