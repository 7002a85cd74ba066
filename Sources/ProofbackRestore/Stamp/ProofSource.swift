public import Foundation
public import ProofbackCore

/// A kind of DBMS that backups are stamped at. One in an engine's folder, one line in `EngineCatalogue`.
public protocol ProofSourceKind: Sendable {
  /// What stands before `://`.
  var schemes: [String] { get }
  /// For `--help`.
  var example: String { get }
  /// Dump tools of its own that `ToolText` does not know: they tell their version to `--version`.
  var tools: [String] { get }
  /// - Parameter password: nil: what the client's own files say.
  /// - Throws: `RunTrouble` when there is no client, or the server can't be asked.
  func open(_ address: SourceAddress, password: Data?) async throws -> any ProofSource
}

extension ProofSourceKind {
  var tools: [String] { [] }
}

/// The database that a backup is made of, where it is. `measure` may be called any number of times, one after the other.
public protocol ProofSource: Sendable {
  /// `MariaDB 10.11.6` …
  var product: String { get }
  /// All tables and what the schema defines, the rows in one snapshot.
  /// - Parameter leftOut: tables that are not read, as patterns.
  /// - Throws: `RunTrouble`, also when one of the tables could not be read.
  func measure(_ measuring: Measuring, leavingOut leftOut: [String]) async throws -> DatabaseProfile
}

extension EngineCatalogue {
  /// - Throws: `SourceAddress.Problem`, or what `open` throws.
  public static func openProofSource(_ dsn: String, password: Data?) async throws -> any ProofSource {
    let address = try SourceAddress(dsn)
    guard let kind = proofSources.first(where: { $0.schemes.contains(address.scheme) }) else {
      throw SourceAddress.Problem(
        fact:
          "\(UntrustedText.line(address.scheme)):// is none of: \(proofSources.flatMap(\.schemes).joined(separator: ", "))"
      )
    }
    return try await kind.open(address, password: password)
  }
}

/// `mysql://user@host:port/database`, `postgresql:///database?socket=/run/postgresql`: a closed schema without a password.
public struct SourceAddress: Sendable, Equatable {
  public struct Problem: Error {
    public let fact: String
  }
  public var scheme: String
  public var user: String?
  public var host: String?
  public var port: Int?
  public var database: String?
  /// A socket's path.
  public var socket: String?

  /// - Throws: `Problem`.
  public init(_ text: String) throws(Problem) {
    let line = UntrustedText.line(text.prefix { $0 != "@" }, limit: 60)
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), text.contains("://") else {
      throw Problem(fact: "\(line) is no address of a database")
    }
    guard parts.password == nil else {
      throw Problem(fact: "the address holds a password, which all users of this machine can see: use --password-file")
    }
    let items = parts.queryItems ?? []
    guard parts.fragment == nil, items.allSatisfy({ $0.name == "socket" }), items.count <= 1 else {
      throw Problem(fact: "only ?socket= may stand behind the database's name")
    }
    self.scheme = scheme
    user = Self.filled(parts.user)
    host = Self.filled(parts.host)
    port = parts.port
    database = Self.filled(String(parts.path.dropFirst()))
    socket = items.first?.value.flatMap { Self.filled($0) }
    let all = [user, host, database, socket].compactMap(\.self)
    guard all.allSatisfy({ !$0.hasPrefix("-") && !$0.contains { $0.isNewline || ($0.asciiValue ?? 32) < 32 } }) else {
      throw Problem(fact: "a part of the address begins with a -, or holds control characters")
    }
  }

  private static func filled(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
}
