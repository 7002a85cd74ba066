import ProofbackCore
import Testing

@testable import ProofbackRestore

/// What is said of a physical backup before anything is started, from the names and small files that came.
@Suite struct PhysicalJudgementTests {
  private static let checkpoints = "backup_type = full-backuped\nfrom_lsn = 0\nto_lsn = 100\nlast_lsn = 120\n"
  private static let information = "uuid = 1\ntool_name = mariabackup\nserver_version = 10.11.6-MariaDB\npartial = N\n"

  private func contents(
    _ change: (inout PhysicalContents) -> Void = { _ in }, checkpoints: String = checkpoints,
    information: String = information
  ) -> PhysicalContents {
    var contents = PhysicalContents()
    let names = [
      "ibdata1", "ib_logfile0", "backup-my.cnf", "xtrabackup_checkpoints", "xtrabackup_info", "mysql/db.frm",
      "mysql/db.MAD", "mysql/db.MAI", "fleet/ships.frm", "fleet/ships.ibd", "fleet/log.frm", "fleet/log.MYI",
      "fleet/log.MYD",
      "fleet/parts.frm", "fleet/parts.par", "fleet/parts#P#p0.ibd", "fleet/FTS_0000000000000019_CONFIG.ibd",
      "fleet/new.new", "fleet/new.frm",
    ]
    for name in names { contents.sizes[name] = 8192 }
    contents.sizes["fleet/log.MYD"] = 0
    contents.facts.take("xtrabackup_checkpoints", Array(checkpoints.utf8))
    contents.facts.take("xtrabackup_info", Array(information.utf8))
    change(&contents)
    return contents
  }

  private func damage(_ change: (inout PhysicalContents) -> Void) -> [String] {
    PhysicalJudgement(contents: contents(change)).damage().map(\.code.rawValue)
  }

  @Test func `a whole backup has nothing to complain about`() throws {
    let judgement = PhysicalJudgement(contents: contents())
    #expect(judgement.damage() == [])
    #expect(try judgement.obstacle() == nil)
    #expect(judgement.notes() == [])
  }

  @Test(arguments: ["ibdata1", "ib_logfile0", "backup-my.cnf", "mysql"])
  func `what the tool always writes is missed`(_ name: String) {
    let codes = damage { contents in contents.sizes = contents.sizes.filter { !$0.key.hasPrefix(name) } }
    #expect(codes == ["mysql.backup-incomplete"])
  }

  @Test(arguments: [
    "fleet/log.MYI", "fleet/log.MYD", "fleet/log.frm", "fleet/ships.frm", "fleet/parts.frm", "mysql/db.MAD",
  ])
  func `what belongs to other files of a table is missed`(_ name: String) {
    #expect(damage { $0.sizes[name] = nil } == ["mysql.file-missing"])
  }

  @Test(arguments: ["fleet/ships.ibd", "fleet/ships.frm", "fleet/log.MYI", "mysql/db.MAD", "ibdata1"])
  func `files that are never empty are seen when they are`(_ name: String) {
    #expect(damage { $0.sizes[name] = 0 } == ["mysql.file-empty"])
  }

  @Test func `a redo log that ends too early is seen by the numbers`() {
    let short = contents(checkpoints: "backup_type = full-backuped\nto_lsn = 200\nlast_lsn = 120\n")
    #expect(PhysicalJudgement(contents: short).damage().map(\.code.rawValue) == ["mysql.log-short"])
    let cut = contents(checkpoints: "backup_type = full-backuped\nto_lsn = 200\nlast_lsn = 9000\n")
    #expect(PhysicalJudgement(contents: cut).damage().map(\.code.rawValue) == ["mysql.log-short"])
    let prepared = contents(checkpoints: "backup_type = log-applied\nto_lsn = 200\nlast_lsn = 9000\n")
    #expect(PhysicalJudgement(contents: prepared).damage() == [])
    let nothing = contents(checkpoints: "")
    #expect(PhysicalJudgement(contents: nothing).damage().map(\.code.rawValue) == ["mysql.backup-incomplete"])
  }

  @Test func `incremental, encrypted and several backups can't be told`() throws {
    let incremental = contents(checkpoints: "backup_type = incremental\nto_lsn = 1\nlast_lsn = 1\n")
    #expect(try PhysicalJudgement(contents: incremental).obstacle()?.code.rawValue == "mysql.incremental")
    let encrypted = contents { $0.encrypted = ["fleet/ships.ibd"] }
    #expect(try PhysicalJudgement(contents: encrypted).obstacle()?.code.rawValue == "mysql.encrypted-files")
    let log = contents { $0.facts.take("ib_logfile0", [0xD0] + [UInt8](repeating: 0, count: 63)) }
    #expect(try PhysicalJudgement(contents: log).obstacle()?.code.rawValue == "mysql.encrypted-files")
    let several = contents { $0.roots = ["a/", "b/"] }
    #expect(try PhysicalJudgement(contents: several).obstacle()?.code.rawValue == "content.unsupported")
  }

  @Test func `without the tool's files, the redo log's head tells whether a tool was killed or a folder copied`() {
    var names = contents()
    for name in ["backup-my.cnf", "xtrabackup_checkpoints", "xtrabackup_info"] { names.sizes[name] = nil }
    names.facts = PhysicalFacts()
    func head(_ creator: String) -> [UInt8] {
      Array("Phys".utf8) + [UInt8](repeating: 0, count: 12) + Array(creator.utf8) + [UInt8](repeating: 0, count: 40)
    }
    var (killed, copied) = (names, names)
    killed.facts.take("ib_logfile0", head("Backup 10.11.6"))
    copied.facts.take("ib_logfile0", head("MariaDB 10.11.6"))
    #expect(PhysicalJudgement(contents: killed).damage().map(\.code.rawValue) == ["mysql.backup-incomplete"])
    #expect(PhysicalJudgement(contents: copied).damage() == [])
    #expect(PhysicalJudgement(contents: copied).notes().map(\.code.rawValue) == ["mysql.copied-folder"])
    #expect(copied.flavour == .mariadb && killed.facts.serverVersion == "10.11.6-MariaDB")
  }
}
