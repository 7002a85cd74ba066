import Foundation

/// How much of what came back is read.
public enum Depth: String, Sendable, Codable, CaseIterable {
  case full
  /// Every table opened; first, last and evenly spread key ranges up to a budget.
  case sampled
}

/// The bounds of a run. Bytes and seconds.
public struct Limits: Sendable, Codable, Equatable {
  public var seconds: Double
  public var memoryBytes: UInt64
  public var diskBytes: UInt64
  public var processes: Int

  public init(
    seconds: Double = 7200, memoryBytes: UInt64 = 2_000_000_000, diskBytes: UInt64 = 20_000_000_000,
    processes: Int = 256
  ) {
    self.seconds = seconds
    self.memoryBytes = memoryBytes
    self.diskBytes = diskBytes
    self.processes = processes
  }
}

/// How far a run goes.
public enum Goal: String, Sendable, Codable {
  case restore
  /// Up to the file: whether the location answers and holds one. No verdict on a backup.
  case locate
  /// Up to the file's first bytes, which say how it is packed. No verdict but what they make certain.
  case look
  /// No backup: a server of the type is started in a sandbox and answers, and what it is started from is kept for later runs.
  case prepare
}

/// What a run is to do: everything but the secrets.
public struct RunSpecification: Sendable, Codable, Equatable {
  public var goal: Goal = .restore
  public var runID: String
  public var location: String
  public var filePattern: String?
  public var type: DatabaseType?
  public var maxAgeSeconds: Double?
  public var minSizeBytes: UInt64?
  /// Nil: any backup will do, encrypted or not.
  public var encryption: EncryptionPolicy?
  /// Of a container that `openssl enc` made, which does not say; one of `OpenSSLCipher`. Nil: it is found by trial.
  public var opensslCipher: String?
  public var depth: Depth = .full
  public var sandbox: String = "process"
  /// Of sandboxes that use images: the one to restore into; nil: `images` says which, by what the backup says of itself.
  public var image: String?
  public var images = ImageTable.usual
  public var limits = Limits()
  public var keepSeconds: Double?
  /// Options of the engine by name, from its schema (`database`, `collection` …).
  public var engineOptions: [String: String] = [:]
  /// Folder for templates and run folders.
  public var stateFolder: String
  /// The clock that ages are judged by; the time of the run when nil.
  public var asOf: Date?
  /// Rows are measured, their hashes keyed with it: to be held against `baseline`, or to become one.
  public var profileKey: UInt64?
  /// Done to the bytes on their way: the run is a drill.
  public var damage: Damage?
  /// Earlier passed runs that this one is held against.
  public var baseline: Baseline?
  /// Tables whose rows come and go as they like; `*` and `?` stand for any characters.
  public var volatileTables: [String] = []
  /// Tolerances that are not the default ones.
  public var tolerances: [Tolerance: Double] = [:]
  /// Checks of one's own.
  public var checks: [Check] = []
  /// Hosts of this machine's own network that web locations may lead to; nil: the one that the location itself names.
  public var allowedHosts: [String]?

  public init(runID: String, location: String, stateFolder: String) {
    self.runID = runID
    self.location = location
    self.stateFolder = stateFolder
  }
}

/// The keys of a run, as bytes. They travel by pipe and live in memory and in the run's key folder only.
public struct RunSecrets: Sendable, Codable {
  /// GPG or age keys: (name for people, content).
  public var decryptionKeys: [NamedSecret] = []
  public var passphrase: NamedSecret?
  public var sshKey: NamedSecret?
  /// An OpenSSH known_hosts file's content; no secret, but it travels with the key.
  public var knownHosts: Data?
  /// An access key with its secret, for locations in buckets.
  public var cloudKey: NamedSecret?
  /// Name and password, or a token, for locations that ask for one.
  public var login: NamedSecret?
  /// What a repository of restic or borg is locked with.
  public var repositoryPassword: NamedSecret?
  /// Certificates to trust instead of the system's, PEM; no secret, but they travel with the keys.
  public var authority: Data?
  /// What the seal of a proof beside the backup is checked with: an HMAC key, or the public half of an Ed25519 key.
  public var proofKey: NamedSecret?

  public init() {}

  /// Puts in what a backup server lets in.
  public mutating func setEntrance(_ key: NamedSecret, _ kind: CredentialKind) {
    switch kind {
    case .cloudKey: cloudKey = key
    case .login: login = key
    case .repositoryPassword: repositoryPassword = key
    default: sshKey = key
    }
  }
}

public struct NamedSecret: Sendable, Codable {
  public var name: String
  public var content: Data
  /// What the key itself is locked with, for this key alone; nil when it is not, or when the run's passphrase is it.
  public var passphrase: Data?
  public init(name: String, content: Data, passphrase: Data? = nil) {
    self.name = name
    self.content = content
    self.passphrase = passphrase
  }
}

/// What a worker is given, once.
public struct Assignment: Sendable, Codable {
  public var specification: RunSpecification
  public var secrets: RunSecrets
  public init(specification: RunSpecification, secrets: RunSecrets) {
    self.specification = specification
    self.secrets = secrets
  }
}
