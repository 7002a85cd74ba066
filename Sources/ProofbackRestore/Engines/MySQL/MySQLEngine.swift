public import ProofbackCore

/// MySQL and MariaDB: one engine with two flavours.
public struct MySQLEngine: Engine {
  public let name = "mysql"
  public let types = [DatabaseType("mysql"), DatabaseType("mariadb")]
  public let options: [OptionSchema] = []

  public init() {}

  public func recognise(_ head: ContentHead) -> Recognition? {
    guard head.memberNames == nil else { return nil }
    let flavour: ServerFlavour
    let format: String
    switch SQLDumpRecogniser.recognise(head.bytes) {
    case .dump(let found, let name):
      flavour = found ?? .mysql
      format = name
    default: return nil
    }
    let other: ServerFlavour = flavour == .mysql ? .mariadb : .mysql
    return Recognition(
      type: DatabaseType(flavour.rawValue), format: format, alternatives: [DatabaseType(other.rawValue)])
  }

  public func readiness(for type: DatabaseType) -> EngineReadiness {
    let wanted = ServerFlavour(rawValue: type.rawValue)
    let remedy = "apt-get install mariadb-server"
    guard let programs = MySQLPrograms.installed(for: wanted) else {
      return EngineReadiness(server: nil, missing: ["mariadbd or mysqld, with its client"], remedy: remedy)
    }
    var notes: [String] = []
    if programs.flavour != wanted, let wanted {
      notes.append("\(wanted.title) is not installed: \(programs.flavour.title) takes its dumps, with a warning")
    }
    return EngineReadiness(
      server: "\(programs.flavour.title) \(programs.version)", missing: [], remedy: remedy, notes: notes)
  }

  public func session(_ work: EngineWork) -> any EngineSession { MySQLSession(work) }
}

extension ServerFlavour {
  /// As the makers write it.
  var title: String { self == .mysql ? "MySQL" : "MariaDB" }
}
