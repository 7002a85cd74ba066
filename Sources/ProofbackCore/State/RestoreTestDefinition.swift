/// What a restore test says: a backup, its keys by the ids of their credentials, its checks. Everything but the secrets.
public struct RestoreTestDefinition: Sendable, Codable, Equatable {
  public var location: String
  /// Of the file's name; the newest match is tested. Nil: the location is the file.
  public var filePattern: String?
  /// Nil: found from the bytes.
  public var type: DatabaseType?
  /// Ids of credentials.
  public var sshKey: String?
  public var decryptionKeys: [String] = []
  public var passphrase: String?
  /// Lines of OpenSSH's known_hosts: the host keys that were confirmed.
  public var knownHosts: String?
  public var maxAgeSeconds: Double?
  public var minSizeBytes: UInt64?
  public var depth: Depth = .full
  public var limits = Limits()
  public var engineOptions: [String: String] = [:]

  public init(location: String) { self.location = location }

  /// Ids of all credentials that a run of it is given.
  public var credentials: [String] { [sshKey, passphrase].compactMap { $0 } + decryptionKeys }
}
