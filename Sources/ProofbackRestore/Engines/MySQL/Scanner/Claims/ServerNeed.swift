/// Something that the dump needs and the target server does not have: the run is inconclusive, not the backup bad.
public struct ServerNeed: Sendable, Equatable, Codable {
  public enum Kind: String, Sendable, Equatable, Codable {
    case collation, charset, engine, feature, dataType
    /// Statements in a versioned comment that the target skips; `name` is the version asked for.
    case serverVersion
    /// Tables of the other flavour's `mysql` schema.
    case systemSchema
  }
  public var kind: Kind
  public var name: String
  /// The flavour that has it, when only one has.
  public var flavour: ServerFlavour?
  public var line: Int

  public init(kind: Kind, name: String, flavour: ServerFlavour? = nil, line: Int) {
    self.kind = kind
    self.name = name
    self.flavour = flavour
    self.line = line
  }
}
