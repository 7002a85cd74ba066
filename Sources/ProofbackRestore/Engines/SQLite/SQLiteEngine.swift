import CSQLite
public import ProofbackCore
import ProofbackSystem
public import SystemPackage

/// SQLite: database files, with their write-ahead log when it came along, and what `.dump` writes. The DBMS is the library
/// itself, in a process of ours inside the sandbox.
public struct SQLiteEngine: Engine {
  public let name = "sqlite"
  public let needsNoServer = true
  public let types = [Self.type]
  static let type = DatabaseType("sqlite")

  /// The program that has the hidden command `sqlite-reader`.
  private let ownProgram: FilePath

  public init(ownProgram: FilePath = FilePath(OwnProgram.executable)) { self.ownProgram = ownProgram }

  public var options: [OptionSchema] {
    [
      OptionSchema(
        name: "orphans",
        summary: "what rows without the rows that they refer to mean: 'fail', or 'warn' where the "
          + "database is known to have them", defaultText: "fail", maximumLength: 4)
    ]
  }

  public func recognise(_ head: ContentHead) -> Recognition? {
    guard let content = SQLiteContent(head.bytes), content != .log else { return nil }
    return Recognition(type: Self.type, format: content.format)
  }

  public func readiness(for type: DatabaseType) -> EngineReadiness {
    EngineReadiness(server: "SQLite \(String(cString: sqlite3_libversion()))", missing: [], remedy: "")
  }

  public func session(_ work: EngineWork) -> any EngineSession { SQLiteSession(work, ownProgram: ownProgram) }
}
