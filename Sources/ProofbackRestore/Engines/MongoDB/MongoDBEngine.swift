public import ProofbackCore
import ProofbackSystem
public import SystemPackage

/// MongoDB: mongodump archives and folders, mongoexport's JSON. Restored into `mongod` where it is installed, else into
/// SecantusDB, and then a warning says so.
public struct MongoDBEngine: Engine {
  public let name = "mongodb"
  public let types: [DatabaseType] = [Self.type]
  static let type = DatabaseType("mongodb")

  private let environments: [String]
  private let clientProgram: FilePath

  /// - Parameters:
  ///   - environments: Python virtual environments in which the stand-in is looked for, before the usual places.
  ///   - clientProgram: the program that has the hidden command `mongo-client`.
  public init(environments: [String] = [], clientProgram: FilePath = FilePath(OwnProgram.executable)) {
    self.environments = environments
    self.clientProgram = clientProgram
  }

  public var options: [OptionSchema] {
    [
      OptionSchema(
        name: "database", summary: "database that a mongoexport or .bson file is restored into", defaultText: "test",
        maximumLength: 63, refused: [".", "admin", "config", "local"]),
      OptionSchema(
        name: "collection", summary: "collection that a mongoexport or .bson file is restored into",
        defaultText: "the file's name without its endings", maximumLength: 120),
    ]
  }

  public func recognise(_ head: ContentHead) -> Recognition? {
    MongoDBRecogniser.format(of: head).map { format in
      Recognition(
        type: Self.type, format: format.rawValue, isCertain: MongoDBRecogniser.isCertain(format, head))
    }
  }

  public func needs(_ head: ContentHead, as type: DatabaseType) -> BackupNeeds { MongoDBNeeds.read(head, type) }

  public func readiness(for type: DatabaseType) -> EngineReadiness {
    switch server {
    case .mongod(let path): EngineReadiness(server: path, missing: [], remedy: MongoDBServer.remedy)
    case .standIn:
      EngineReadiness(
        server: MongoDBServer.standInVersion, missing: [], remedy: MongoDBServer.remedy,
        notes: ["mongod is not installed: SecantusDB stands in for it, and each run says so"])
    case nil:
      EngineReadiness(server: nil, missing: [MongoDBServer.missing], remedy: MongoDBServer.remedy)
    }
  }

  public func session(_ work: EngineWork) -> any EngineSession {
    MongoDBSession(work, environments: allEnvironments, clientProgram: clientProgram)
  }

  private var allEnvironments: [String] { environments + MongoDBServer.usualEnvironments }

  private var server: MongoDBServer? {
    Blocking.wait { [allEnvironments] in await MongoDBServer.find(environments: allEnvironments, in: HostSystem()) }
  }
}
