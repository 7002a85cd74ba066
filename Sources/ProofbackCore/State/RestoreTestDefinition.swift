/// What a restore test says: a backup, its keys by the ids of their credentials, its checks. Everything but the secrets.
public struct RestoreTestDefinition: Sendable, Codable, Equatable {
  /// Id of the backup server that the location is a path on; nil: the location says all.
  public var server: String?
  public var location: String
  /// Of the file's name; the newest match is tested. Nil: the location is the file.
  public var filePattern: String?
  /// Nil: found from the bytes.
  public var type: DatabaseType?
  /// Ids of credentials.
  public var decryptionKeys: [String] = []
  public var passphrase: String?
  /// Id of the credential that the seals of proofs are checked with; nil: none is demanded.
  public var proofKey: String?
  public var maxAgeSeconds: Double?
  public var minSizeBytes: UInt64?
  /// Nil: any backup will do, encrypted or not.
  public var encryption: EncryptionPolicy?
  /// Of `openssl enc`; nil: found by trial.
  public var opensslCipher: String?
  public var depth: Depth = .full
  public var limits = Limits()
  public var engineOptions: [String: String] = [:]
  /// Tables whose rows come and go as they like; nil: none.
  public var volatileTables: [String]?
  /// Those that are not the default ones; nil: none.
  public var tolerances: [Tolerance: Double]?
  /// Checks of one's own; nil: none.
  public var checks: [Check]?
  /// Id of the workplace that its runs are carried out in; nil: the server's own machine.
  public var workplace: String?
  /// A kind of sandbox by its name; nil: the image's kind when there is one, else the usual.
  public var sandbox: String?
  /// The container image that it is restored into; nil: found from the backup, where the sandbox takes one.
  public var image: String?
  /// Who is told what. Nil: as nobody has changed it.
  public var notifications: NotificationRule?

  public init(server: String? = nil, location: String) {
    self.server = server
    self.location = location
  }

  /// Whether both look for the same backups: else what one found says nothing about the other.
  public func isSamePlace(as other: Self) -> Bool {
    (server, location, filePattern) == (other.server, other.location, other.filePattern)
  }

  /// Whether a run of either does the same; who is told of it is no part of it.
  public func isSameTest(as other: Self) -> Bool {
    var other = other
    other.notifications = notifications
    return self == other
  }

  /// Ids of all credentials that a run of it is given, but for its server's.
  public var credentials: [String] { [passphrase, proofKey].compactMap { $0 } + decryptionKeys }
}
