/// What came back, measured: what later runs of the same restore test are held against.
public struct DatabaseProfile: Sendable, Codable, Equatable {
  public var tables: [TableProfile] = []
  public var objects: [SchemaObject] = []
  public var references: [Reference] = []
  /// The DBMS and the major version that described the objects: another one words the same things differently.
  public var describedBy = ""
  /// Where not all of a major version word definitions alike: the DBMS and its series.
  public var series: String?
  /// The DBMS that the dump was taken from, where it says so and it is another than the one here.
  public var dumpedFrom: String?
  /// Whether the backup's format holds one table by its nature, and nothing of the schema.
  public var isPart: Bool?
  /// Names in front of tables' and objects', of those databases that have tables; an empty one where there is none.
  public var databases: Set<String> = []

  public init() {}
}
