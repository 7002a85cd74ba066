public import Foundation

/// A host or bucket that backups are fetched from: set up by a manager, chosen by users by its name.
public struct BackupServer: Sendable, Equatable, Identifiable {
  public var id: String
  public var name: String
  /// A location without its path: `ssh://backup@db1.example.org:22`, `s3://backups?region=eu-central-1`.
  public var address: String
  /// Id of the credential that logs in.
  public var credential: String
  /// The host keys that a manager confirmed, as lines of OpenSSH's known_hosts; empty for kinds without.
  public var hostKeys: String
  public var created: Date
  public var createdBy: String

  public init(
    id: String, name: String, address: String, credential: String, hostKeys: String, created: Date, createdBy: String
  ) {
    self.id = id
    self.name = name
    self.address = address
    self.credential = credential
    self.hostKeys = hostKeys
    self.created = created
    self.createdBy = createdBy
  }

  /// Its address as people write it: `backup@db1.example.org:22`; of a bucket its name.
  public var userAndHost: String {
    let start = address.firstRange(of: "://")?.upperBound ?? address.startIndex
    return String(address[start...].prefix { $0 != "?" })
  }

  /// The location of a path on it: absolute, or `~/…` below the home of the user that logs in.
  public func location(_ path: String) -> String { Self.location(path, at: address) }

  /// The location of a path at an address; options of the address stay behind it.
  public static func location(_ path: String, at address: String) -> String {
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-._~/")
    // Foundation's letters are those of all scripts; locations write them as they are.
    let encoded = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
    let options = address.firstIndex(of: "?") ?? address.endIndex
    return address[..<options] + (encoded.hasPrefix("~") ? "/" : "") + encoded + address[options...]
  }
}

/// A public key that a host shows, for people to compare and to be known by.
public struct ShownHostKey: Sendable, Equatable, Codable {
  /// `ssh-ed25519` …
  public var type: String
  /// As OpenSSH writes it: `SHA256:…`
  public var fingerprint: String
  /// Its line of a known_hosts file.
  public var line: String

  public init(type: String, fingerprint: String, line: String) {
    self.type = type
    self.fingerprint = fingerprint
    self.line = line
  }
}

/// Hosts that backups are fetched from.
public protocol BackupServerRepository: Sendable {
  /// - Throws: `StoreError.alreadyThere` when a server has this name.
  func add(name: String, address: String, credential: String, hostKeys: String, by manager: Actor) throws
    -> BackupServer
  /// What runs fetch from it from now on.
  /// - Throws: `StoreError.notThere`, `StoreError.alreadyThere`.
  func change(
    _ id: String, name: String, address: String, credential: String, hostKeys: String, by manager: Actor) throws
  /// By name.
  func all() throws -> [BackupServer]
  func server(_ id: String) throws -> BackupServer?
  /// Names of the restore tests that fetch from it.
  func users(of id: String) throws -> [String]
  /// Runs of the past keep its name.
  /// - Throws: `StoreError.inUse` with the names of the restore tests that need it, `StoreError.notThere`.
  func delete(_ id: String, by manager: Actor) throws
}
