public import Foundation

/// How a backup server is set up.
public struct BackupServerSetup: Sendable, Equatable {
  public var name: String
  /// A location without its path: `ssh://backup@db1.example.org:22`, `s3://backups?region=eu-central-1`.
  public var address: String
  /// Id of the credential that it lets in; nil for kinds that let everybody in.
  public var credential: String?
  /// Id of the credential that opens the repository that it is; nil for kinds that are none.
  public var password: String?
  /// The host keys that a manager confirmed, as lines of OpenSSH's known_hosts; empty for kinds without.
  public var hostKeys: String
  /// Certificates that it is trusted by instead of the system's, PEM; empty: the system's.
  public var authority: String

  public init(
    name: String, address: String, credential: String?, password: String? = nil, hostKeys: String = "",
    authority: String = ""
  ) {
    self.name = name
    self.address = address
    self.credential = credential
    self.password = password
    self.hostKeys = hostKeys
    self.authority = authority
  }
}

/// A host, bucket or repository that backups are fetched from: set up by a manager, chosen by users by its name.
public struct BackupServer: Sendable, Equatable, Identifiable {
  public var id: String
  public var setup: BackupServerSetup
  public var created: Date
  public var createdBy: String

  public init(id: String, _ setup: BackupServerSetup, created: Date, createdBy: String) {
    self.id = id
    self.setup = setup
    self.created = created
    self.createdBy = createdBy
  }

  public var name: String { setup.name }
  public var address: String { setup.address }
  /// Ids of the credentials that it needs.
  public var credentials: [String] { [setup.credential, setup.password].compactMap(\.self) }

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
  func add(_ setup: BackupServerSetup, by manager: Actor) throws -> BackupServer
  /// What runs fetch from it from now on.
  /// - Throws: `StoreError.notThere`, `StoreError.alreadyThere`.
  func change(_ id: String, _ setup: BackupServerSetup, by manager: Actor) throws
  /// By name.
  func all() throws -> [BackupServer]
  func server(_ id: String) throws -> BackupServer?
  /// Names of the restore tests that fetch from it.
  func users(of id: String) throws -> [String]
  /// Runs of the past keep its name.
  /// - Throws: `StoreError.inUse` with the names of the restore tests that need it, `StoreError.notThere`.
  func delete(_ id: String, by manager: Actor) throws
}
