public import Foundation

/// What a backup's source was when the backup was made, as `proofback stamp` wrote it down beside the backup. Names, counts,
/// newest moments and sums of keyed hashes; no row's value.
public struct Proof: Sendable, Codable, Equatable {
  public static let currentVersion = 1
  /// What a proof is called: the backup's name with this behind.
  public static let ending = ".proof.json"
  /// Bytes that a proof may have.
  public static let longest = 16 << 20

  public var version = Self.currentVersion
  /// Seconds since 1970.
  public var made: Double
  /// Nil: a file that was there already.
  public var tool: ProofTool?
  /// `proofback`, and of what was measured `server`.
  public var versions: [String: String]
  public var stream: ProofStream
  /// What the sums are keyed with, in hexadecimal digits; nil where no source was measured.
  public var key: String?
  /// The DBMS and its major version.
  public var describedBy = ""
  /// Nil: all of one major version word definitions alike.
  public var series: String?
  /// Names in front of tables' and objects', sorted.
  public var databases: [String] = []
  public var tables: [ProofTable] = []
  public var objects: [ProofObject] = []
  public var seal: ProofSeal?

  public init(made: Double, tool: ProofTool?, versions: [String: String], stream: ProofStream) {
    self.made = made
    self.tool = tool
    self.versions = versions
    self.stream = stream
  }

  public var checksumKey: UInt64? { key.flatMap { UInt64($0, radix: 16) } }

  /// The bytes that are sealed: all but the seal, in one order.
  public func sealed() throws -> Data {
    var unsealed = self
    unsealed.seal = nil
    return try Self.encoder.encode(unsealed)
  }

  public func encoded() throws -> Data { try Self.encoder.encode(self) + Data([10]) }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}

/// The tool that made the backup, and how it ended.
public struct ProofTool: Sendable, Codable, Equatable {
  public var name: String
  /// Without secrets and without what rows are chosen by.
  public var arguments: [String]
  /// As the tool calls itself, where it is a dump tool.
  public var version: String?
  public var exitCode: Int32
  /// Its last lines on standard error, quoted values as their length.
  public var messages: [String]
  public init(name: String, arguments: [String], version: String?, exitCode: Int32, messages: [String]) {
    self.name = name
    self.arguments = arguments
    self.version = version
    self.exitCode = exitCode
    self.messages = messages
  }
}

/// The bytes that the tool wrote.
public struct ProofStream: Sendable, Codable, Equatable {
  public var bytes: UInt64
  public var sha256: String
  public init(bytes: UInt64, sha256: String) {
    self.bytes = bytes
    self.sha256 = sha256
  }
}

/// One table at the source.
public struct ProofTable: Sendable, Codable, Equatable {
  public var database: String
  public var name: String
  public var rows: UInt64
  /// Nil unless rows changed while the backup was made: then it has between `rows` and these, and no sums.
  public var mostRows: UInt64?
  /// Sum over all rows, in hexadecimal digits.
  public var sum: String?
  public var columns: [ProofColumn]

  public init(
    database: String, name: String, rows: UInt64, mostRows: UInt64? = nil, sum: String? = nil,
    columns: [ProofColumn] = []
  ) {
    self.database = database
    self.name = name
    self.rows = rows
    self.mostRows = mostRows
    self.sum = sum
    self.columns = columns
  }

  public var text: String { database.isEmpty ? name : "\(database).\(name)" }
  public var isMoving: Bool { mostRows != nil }
}

public struct ProofColumn: Sendable, Codable, Equatable {
  public var name: String
  /// Over all values; nil where they need not come back as they were (computed ones, MySQL's FLOAT).
  public var sum: String?
  /// The newest moment, in seconds since 1970.
  public var newest: Double?
  /// Nil unless it was another one when the backup was made.
  public var latest: Double?
  public init(name: String, sum: String?, newest: Double?, latest: Double? = nil) {
    self.name = name
    self.sum = sum
    self.newest = newest
    self.latest = latest
  }
}

/// Something that the source's schema defines.
public struct ProofObject: Sendable, Codable, Hashable {
  public var kind: String
  public var name: String
  public var table: String?
  /// What it says, part by part; nil: nothing, or it changed meanwhile.
  public var definition: [String: String]?
  /// True where it changed while the backup was made.
  public var isMoving: Bool?
  public init(
    kind: String, name: String, table: String?, definition: [String: String]? = nil, isMoving: Bool? = nil
  ) {
    self.kind = kind
    self.name = name
    self.table = table
    self.definition = definition
    self.isMoving = isMoving
  }
}

/// Who vouches for a proof.
public struct ProofSeal: Sendable, Codable, Equatable {
  public enum Kind: String, Sendable, Codable {
    case hmac = "hmac-sha256"
    case ed25519
  }
  public var kind: Kind
  /// Tells keys apart and says nothing of them.
  public var keyID: String
  /// Base64.
  public var value: String
  public init(kind: Kind, keyID: String, value: String) {
    self.kind = kind
    self.keyID = keyID
    self.value = value
  }
}
