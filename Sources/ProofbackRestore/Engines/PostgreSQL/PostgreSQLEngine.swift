public import ProofbackCore
import ProofbackSystem
public import SystemPackage

/// PostgreSQL: what pg_dump, pg_dumpall and pg_basebackup write.
public struct PostgreSQLEngine: Engine {
  public let name = "postgresql"
  public let types = [Self.type]
  public let options: [OptionSchema] = []
  static let type = DatabaseType("postgresql")

  /// The program with the hidden commands that count and unpack inside the sandbox.
  private let ownProgram: FilePath

  public init(ownProgram: FilePath = FilePath(OwnProgram.executable)) { self.ownProgram = ownProgram }

  public func recognise(_ head: ContentHead) -> Recognition? {
    PostgreSQLRecogniser.recognise(head.bytes, names: head.memberNames).map {
      Recognition(type: Self.type, format: $0.format.title, isCertain: $0.isCertain)
    }
  }

  /// Large objects hold what their database was given, pages of tables too.
  public func mostLayers(ofMember name: String) -> Int? {
    let file = name.split(separator: "/").last ?? ""
    if let match = file.wholeMatch(of: /blob_[0-9]+\.dat(\.gz|\.lz4|\.zst)?/) { return match.output.1 == nil ? 0 : 1 }
    return PostgreSQLRecogniser.isServerFile(name) ? 0 : nil
  }

  public func needs(_ head: ContentHead, as type: DatabaseType) -> BackupNeeds { PostgreSQLNeeds.read(head, type) }

  public func readiness(for type: DatabaseType) -> EngineReadiness {
    let remedy = "apt-get install postgresql"
    let installed = Blocking.wait { await PostgreSQLPrograms.installed(in: HostSystem()) }
    guard let newest = installed.first else {
      return EngineReadiness(server: nil, missing: ["postgres, with initdb, psql and pg_restore"], remedy: remedy)
    }
    let others = installed.dropFirst().map(\.version).filter { $0 != newest.version }
    return EngineReadiness(
      server: "PostgreSQL \(newest.version)", missing: [], remedy: remedy,
      notes: others.isEmpty ? [] : ["also \(others.joined(separator: ", "))"])
  }

  public func session(_ work: EngineWork) -> any EngineSession { PostgreSQLSession(work, ownProgram: ownProgram) }
}
