/// Something that the schema defines: compared by what it is called and by what it says.
public struct SchemaObject: Sendable, Codable, Equatable {
  /// `table`, `column`, `index`, `foreign key`, `check`, `trigger`, `routine`, `event`, `view`, `sequence` …: for people.
  public var kind: String
  /// With database (and schema) in front; of what belongs to a table, with the table's name too.
  public var name: String
  /// The table that it belongs to, or nil.
  public var table: String?
  /// What it says, part by part: types and flags in words, bodies as hashes.
  public var definition: [String: String]

  public init(kind: String, name: String, table: String? = nil, definition: [String: String] = [:]) {
    self.kind = kind
    self.name = name
    self.table = table
    self.definition = definition
  }

  /// Parts that are safeguards: without them the data is not held together any more. `unique` of an index, `enabled` of a
  /// trigger, `auto increment` of a column.
  public static let unique = "unique"
  public static let enabled = "enabled"
  public static let generated = "generated"
  public static let type = "type"
  public static let body = "body"
}
