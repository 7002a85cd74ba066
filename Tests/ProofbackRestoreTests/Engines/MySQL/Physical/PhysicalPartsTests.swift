import ProofbackCore
import Testing

@testable import ProofbackRestore

@Suite struct PhysicalPartsTests {
  @Test(arguments: [
    "ibdata1", "backup/ibdata1", "x/y/plates.ibd", "plates.frm", "aria_log.00000001", "undo001", "undo_001", "db.opt",
    "xtrabackup_info", "mariadb_backup_checkpoints", "x/plates.ibd.zst", "plates.MYD.qp", "ib_logfile0.xbcrypt",
  ]) func `files of a server are known by their names`(_ name: String) { #expect(PhysicalName.isServers(name)) }

  @Test(arguments: ["dump.sql", "README", "frm", ".ibd", "data.csv", "x.zst", "dump.sql.zst", "PG_VERSION"])
  func `other files are not`(_ name: String) { #expect(!PhysicalName.isServers(name)) }

  @Test func `a dump beside files that are named like a server's stays a dump`() throws {
    let dump = Array("-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n--\n-- Host: localhost    Database: fleet\n".utf8)
    let beside = ContentHead(bytes: dump, memberNames: ["fleet/x.cfg", "fleet/x.frm", "dump.sql"], fileName: "x.tar")
    #expect(PhysicalRecogniser.recognise(beside) == nil)
    // The log of a server that was just set up is full of statements.
    let log = [254, 254, 11, 1, 0, 0] + Array("CREATE TABLE `x` (`id` int);\nINSERT INTO `x` VALUES (1);\n".utf8)
    let folder = ContentHead(bytes: log, memberNames: ["a/aria_log.00000001"], fileName: "x.tar")
    let found = try #require(PhysicalRecogniser.recognise(folder))
    #expect(!found.isCertain && found.flavour == .mariadb)
    let told = ContentHead(
      bytes: Array("backup_type = full-backuped\nfrom_lsn = 0\nto_lsn = 1\n".utf8), memberNames: ["x"], fileName: "x")
    #expect(PhysicalRecogniser.recognise(told)?.isCertain == true)
  }

  @Test func `options of the source are used only when they are what they should be`() {
    var facts = PhysicalFacts()
    facts.take(
      "backup-my.cnf",
      Array("[mysqld]\ninnodb_data_file_path=/etc/x:1M\ninnodb_page_size=12345\ninnodb_undo_tablespaces=-1\n".utf8))
    #expect(facts.dataFilePath == nil && facts.pageSize == nil && facts.undoTablespaces == nil)
    facts.take(
      "backup-my.cnf",
      Array(
        "[mysqld]\nplugin_load=x.so\ninnodb_data_file_path=ibdata1:12M;ibdata2:1G:autoextend\ninnodb_page_size=4096\n"
          .utf8))
    #expect(facts.dataFilePath == "ibdata1:12M;ibdata2:1G:autoextend")
    #expect(facts.pageSize == 4096)
    var contents = PhysicalContents()
    contents.facts = facts
    let text = PhysicalOptions(contents: contents, flavour: .mariadb).preparing
    #expect(!text.contains("plugin"))
  }

  @Test func `a tablespace's first page tells its size, whatever its flags are like`() {
    #expect(TablespaceHead.pageSize(0x15) == 16384)
    #expect(TablespaceHead.pageSize(0x13) == 4096)
    #expect(TablespaceHead.pageSize(0x29) == 8192)
    #expect(TablespaceHead.pageSize(0) == 16384)
    #expect(TablespaceHead.pageSize(0x1C0) == 65536)
    #expect(TablespaceHead.pageSize(0x1F) == nil)
    #expect(TablespaceHead([UInt8](repeating: 0, count: 64)) == nil)
  }

  @Test func `partitions and InnoDB's own files belong to what has a definition, or to nothing`() {
    #expect(PhysicalJudgement.table("a/plates") == "a/plates")
    #expect(PhysicalJudgement.table("a/plates#P#p0") == "a/plates")
    #expect(PhysicalJudgement.table("a/FTS_0000000000000019_CONFIG") == nil)
    #expect(PhysicalJudgement.table("a/#sql-ib33") == nil)
    #expect(PhysicalJudgement.table("ibdata1") == nil)
  }

  @Test func `what a server says of damaged rows does not leave the sandbox`() {
    let log = """
      2026-01-01  0:00:00 0 [Note] InnoDB: fine
      2026-01-01  0:00:00 0 [ERROR] InnoDB: Record in index `a` was not found on update: TUPLE (info_bits=0, 1 fields): {[5]alice(0x61)}
      len 16384; hex 00; asc alice
      """
    let said = PhysicalMessages.errors(Array(log.utf8))
    #expect(said.count == 1)
    #expect(!said.joined().contains("alice"))
    #expect(said.joined().contains("Record in index"))
  }

  @Test func `a server that ended by what it read is told from one that was ended`() {
    func tells(_ log: String) -> Bool { PhysicalMessages.tellsOfCrash(Array(log.utf8)) }
    #expect(tells("0x1  InnoDB: Assertion failure in file ./storage/innobase/rem/rem0rec.cc line 1996\n"))
    #expect(tells("/usr/sbin/mariadbd got signal 11 ;\n"))
    #expect(!tells("2026-01-01 [Note] mariadbd (initiated by: unknown): Normal shutdown\n"))
    #expect(!tells("got signal 15 ;\n"))
    #expect(PhysicalMessages.endOfLog(Array("InnoDB: End of log at LSN=42\nx\n".utf8)) == 42)
    #expect(PhysicalMessages.endOfLog(Array("nothing\n".utf8)) == nil)
  }

  @Test func `pages that the server encrypted are known by the mark on the first page`() {
    var page = [UInt8](repeating: 0, count: 16384)
    page[25] = 8
    #expect(!PhysicalUnpacking.isEncrypted(page))
    page.replaceSubrange(1000..<1008, with: [0x73, 0x0E, 0x0C, 0x52, 0x45, 0x74, 1, 16])
    #expect(!PhysicalUnpacking.isEncrypted(page), "a key version of 0 means that pages are plain")
    page[1027] = 1
    #expect(PhysicalUnpacking.isEncrypted(page))
  }
}
