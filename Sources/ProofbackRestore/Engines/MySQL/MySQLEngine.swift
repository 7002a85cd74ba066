public import ProofbackCore
import ProofbackSystem
public import SystemPackage

/// MySQL and MariaDB: one engine with two flavours.
public struct MySQLEngine: Engine {
  public let name = "mysql"
  public let types = [DatabaseType("mysql"), DatabaseType("mariadb")]
  public let options: [OptionSchema] = []

  /// The program with the hidden commands that count inside the sandbox.
  private let ownProgram: FilePath

  public init(ownProgram: FilePath = FilePath(OwnProgram.executable)) { self.ownProgram = ownProgram }

  public func recognise(_ head: ContentHead) -> Recognition? {
    if let found = PhysicalRecogniser.recognise(head) {
      return recognition(found.flavour, found.format.title, isCertain: found.isCertain)
    }
    return switch SQLDumpRecogniser().recognise(head.bytes) {
    case .mysqlDump(let confidence, let flavour):
      recognition(flavour, "a \(flavour?.title ?? "MySQL") SQL dump", isCertain: confidence > .possible)
    // The scanner will say what the tool complained about.
    case .toolMessage: recognition(nil, "the messages of a dump tool", isCertain: false)
    default: nil
    }
  }

  /// The server's own files hold what their database was given: what is compressed in there stays so.
  public func mostLayers(ofMember name: String) -> Int? { PhysicalName.isServers(name) ? 0 : nil }

  private func recognition(_ flavour: ServerFlavour?, _ format: String, isCertain: Bool = true) -> Recognition {
    let other: ServerFlavour = flavour == .mariadb ? .mysql : .mariadb
    return Recognition(
      type: DatabaseType((flavour ?? .mysql).rawValue), format: format, alternatives: [DatabaseType(other.rawValue)],
      isCertain: isCertain)
  }

  /// Whether a member of a folder is a dump that belongs to it. A tool's messages are a dump that failed, unless the name
  /// says that they are a log or a note.
  static func isDump(_ head: [UInt8], named name: String) -> Bool {
    switch SQLDumpRecogniser().recognise(head) {
    case .mysqlDump: true
    case .toolMessage: !notes.contains { name.lowercased().hasSuffix($0) }
    default: false
    }
  }

  private static let notes = [".log", ".txt", ".md", ".err", ".out", ".yml", ".yaml", ".json", ".conf", ".cnf", ".sh"]

  public func needs(_ head: ContentHead, as type: DatabaseType) -> BackupNeeds { MySQLNeeds.read(head, type) }

  public func readiness(for type: DatabaseType) -> EngineReadiness {
    let wanted = ServerFlavour(rawValue: type.rawValue)
    let remedy = "apt-get install mariadb-server"
    guard let programs = Blocking.wait({ await MySQLPrograms.installed(for: wanted, in: HostSystem()) }) else {
      return EngineReadiness(server: nil, missing: ["mariadbd or mysqld, with its client"], remedy: remedy)
    }
    var notes: [String] = []
    if programs.flavour != wanted, let wanted {
      notes.append("\(wanted.title) is not installed: \(programs.flavour.title) takes its dumps, with a warning")
    }
    if programs.flavour == .mariadb, Blocking.wait({ await PhysicalTools.preparing(.mariadb, in: HostSystem()) }) == nil
    {
      notes.append("physical backups need mariadb-backup: apt-get install mariadb-backup")
    }
    return EngineReadiness(
      server: "\(programs.flavour.title) \(programs.version)", missing: [], remedy: remedy, notes: notes)
  }

  public func session(_ work: EngineWork) -> any EngineSession {
    MySQLSession(work, ownProgram: ownProgram)
  }
}

extension ServerFlavour {
  /// As the makers write it.
  var title: String { self == .mysql ? "MySQL" : "MariaDB" }
}
