public import Foundation
public import SystemPackage

/// A kind of location. One folder in `ProofbackRestore/Sources/`, one line in `SourceCatalogue`.
public protocol SourceKind: Sendable {
  /// `path`, `ssh` …
  var name: String { get }
  /// What it is, for people and `--help`.
  var summary: String { get }
  /// Locations of this kind as examples.
  var examples: [String] { get }

  /// Reads a location into the fields of this kind's closed schema.
  /// - Returns: nil when the text is of another kind.
  /// - Throws: `RunTrouble` (`location.invalid`) when it is of this kind but not allowed or malformed.
  func parse(_ location: String) throws -> (any Source)?

  /// The public keys that the host of a location of this kind shows to anybody, unproven; nil when it is of another kind.
  /// - Throws: `RunTrouble`.
  func hostKeys(of location: String) async throws -> [ShownHostKey]?

  /// How places of this kind are set up as backup servers; nil when they are none.
  var server: BackupServerKind? { get }
}

extension SourceKind {
  /// Kinds whose hosts are not known by keys.
  public func hostKeys(of location: String) async throws -> [ShownHostKey]? { nil }

  /// Kinds that need nobody's account.
  public var server: BackupServerKind? { nil }
}

/// A location, understood. Life cycle: `locate` once, then `open` once with what it found.
public protocol Source: Sendable {
  /// What the location was understood as.
  var reading: LocationReading { get }

  /// Finds the backup: the file itself, or with a pattern the newest file that matches.
  /// - Throws: `BadBackup` when the location answers and has no such file; `RunTrouble` when it could not be asked.
  func locate(pattern: String?, in surroundings: SourceSurroundings) async throws -> SourceObject

  /// Opens `object` for reading from its first byte.
  func open(_ object: SourceObject, in surroundings: SourceSurroundings) async throws -> any SourceStream

  /// A small file beside `object`, called as it is with `ending` behind; nil when there is none, or when places of this kind
  /// are not asked for one.
  /// - Throws: `RunTrouble` when it can't be told or read, `OversizedCompanion` when it has more than `limit` bytes.
  func companion(
    of object: SourceObject, ending: String, limit: Int, in surroundings: SourceSurroundings
  ) async throws -> Data?

  /// The first bytes of `object`, `limit` at most; nil when places of this kind are not asked for them alone.
  /// - Throws: `BadBackup` or `RunTrouble`.
  func beginning(of object: SourceObject, limit: Int, in surroundings: SourceSurroundings) async throws -> [UInt8]?
}

/// A small file that is not small.
public struct OversizedCompanion: Error {
  /// As it may be shown.
  public var name: String
  public init(name: String) { self.name = name }
}

extension Source {
  public func companion(
    of object: SourceObject, ending: String, limit: Int, in surroundings: SourceSurroundings
  ) async throws -> Data? { nil }

  public func beginning(
    of object: SourceObject, limit: Int, in surroundings: SourceSurroundings
  ) async throws -> [UInt8]? { nil }

  /// On one line, escaped.
  public var understoodAs: String { reading.description }
}

/// What a location was understood as.
public struct LocationReading: Sendable, Equatable {
  /// Nil: a path on this machine.
  public var host: String?
  /// Names by which a credential is bound to it, the most exact first, lower-case: the host, of a bucket also its own.
  public var places: [String]
  public var path: String
  /// For people, on one line, escaped.
  public var description: String
  /// Whether names in a folder can be asked for, of which a pattern chooses.
  public var isListed: Bool
  /// Whether its host is asked over the web, which goes to no host of this machine's own network unless that is allowed.
  public var isWeb: Bool
  /// What of a bucket is read there; nil when it is in none, or when a tool of its own reads it.
  public var reach: BucketReach?

  /// - Parameter places: nil: the host alone.
  public init(
    host: String?, places: [String]? = nil, path: String, description: String, isListed: Bool = true,
    isWeb: Bool = false
  ) {
    self.host = host
    self.isWeb = isWeb
    self.isListed = isListed
    self.places = places ?? [host].compactMap { $0 }
    self.path = path
    self.description = description
  }
}

/// The bytes of a backup as they arrive.
public protocol SourceStream: Sendable {
  /// Read end; the caller owns and closes it. May be a pipe or a file.
  var descriptor: FileDescriptor { get }
  /// To be called after the end of the bytes, or after the reader gave up: nil when all bytes came; else
  /// why not. The finding says whether it is the backup's fault or ours.
  func finish() async -> Finding?
}

/// What a run lends to a source.
public struct SourceSurroundings: Sendable {
  /// The run's key folder (tmpfs, mode 0700, gone with the run).
  public let keyFolder: FilePath
  public let secrets: RunSecrets
  /// As `RunSpecification.allowedHosts`.
  public let allowedHosts: [String]?
  public init(keyFolder: FilePath, secrets: RunSecrets, allowedHosts: [String]? = nil) {
    self.keyFolder = keyFolder
    self.secrets = secrets
    self.allowedHosts = allowedHosts
  }
}
