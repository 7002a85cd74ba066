/// What a backup says of the server that it needs, read from its head.
public struct BackupNeeds: Sendable, Equatable {
  /// The DBMS that wrote it: `mysql`, `mariadb` …
  public var type: DatabaseType
  /// `8.0.41`; nil when the backup does not say.
  public var version: String?
  /// Where it says so, for people: `its header`, `its archive's prelude`.
  public var source: String?
  /// What else it needs of a server, for people: `GTIDs`, `the extension postgis`.
  public var features: [String]
  /// Extensions and storage engines among these, by their names in lower case: what rules of the image table may name.
  public var parts: Set<String>

  public init(
    type: DatabaseType, version: String? = nil, source: String? = nil, features: [String] = [], parts: Set<String> = []
  ) {
    self.parts = parts
    self.type = type
    self.version = version
    self.source = source
    self.features = features
  }

  /// The numbers that the version begins with: `[8, 0, 41]`.
  public var numbers: [Int] {
    guard let version else { return [] }
    let head = version.drop { !$0.isNumber }.prefix { $0.isNumber && $0.isASCII || $0 == "." }
    return head.split(separator: ".").prefix(3).compactMap { Int($0) }
  }
}
