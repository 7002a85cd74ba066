import ProofbackRestore
import Testing

@Suite struct ScannerNeedTests {
  @Test(
    arguments: [
      ("CREATE TABLE t (a text) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;", .collation, "utf8mb4_0900_ai_ci"),
      ("/*!50003 SET collation_connection  = utf8mb4_0900_ai_ci */ ;", .collation, "utf8mb4_0900_ai_ci"),
      ("CREATE TABLE t (a int) ENGINE=ROCKSDB;", .engine, "ROCKSDB"),
      ("CREATE TABLE t (a int, KEY `k` ((lower(`a`))));", .feature, "functional indexes"),
      ("SET NAMES gb18030;", .charset, "gb18030"),
      ("/*M!110800 INSERT INTO t VALUES (1),(2) */;", .serverVersion, "11.8.0"),
    ] as [(String, ServerNeed.Kind, String)])
  func `what MariaDB does not have stops the import before it`(text: String, kind: ServerNeed.Kind, name: String) throws
  {
    let scanned = try scan("CREATE TABLE a (b int);\n" + text + "\n")
    #expect(scanned.claims.needs.map(\.kind) == [kind])
    #expect(scanned.claims.needs.map(\.name) == [name])
    #expect(scanned.claims.needs.map(\.line) == [2])
    #expect(scanned.text == "CREATE TABLE a (b int);\n")
  }

  @Test(
    arguments: [
      ("CREATE SEQUENCE s start with 1;", .feature, "sequences"),
      ("CREATE TABLE t (a int) ENGINE=Aria;", .engine, "Aria"),
      ("CREATE TABLE t (a text COLLATE utf8mb4_uca1400_ai_ci);", .collation, "utf8mb4_uca1400_ai_ci"),
      ("CREATE TABLE t (a int) WITH SYSTEM VERSIONING;", .feature, "system-versioned tables"),
      ("CREATE TABLE t (`a` uuid NOT NULL);", .dataType, "uuid"),
    ] as [(String, ServerNeed.Kind, String)])
  func `what MySQL does not have stops the import before it`(text: String, kind: ServerNeed.Kind, name: String) throws {
    let scanned = try scan(text, target: mysql8)
    #expect(scanned.claims.needs.map(\.kind) == [kind])
    #expect(scanned.claims.needs.map(\.name) == [name])
    #expect(scanned.forwarded.isEmpty)
  }

  @Test func `rows in a comment that the target skips are still claimed`() throws {
    let claims = try scan("/*M!110800 INSERT INTO t VALUES (1),(2) */;").claims
    #expect(claims.tables.first?.rows == 2)
  }

  @Test func `newer MariaDB takes MySQL's collations`() throws {
    let table = "CREATE TABLE t (a text) COLLATE=utf8mb4_0900_ai_ci;"
    for (version, isTaken) in [
      (ServerVersion(11, 4, 4), false), (ServerVersion(11, 4, 5), true), (ServerVersion(11, 5, 2), false),
      (ServerVersion(11, 7, 2), true), (ServerVersion(11, 8, 1), true),
    ] {
      let needs = try scan(table, target: ServerTarget(flavour: .mariadb, version: version)).claims.needs
      #expect(needs.isEmpty == isTaken, "\(version)")
    }
  }

  @Test func `the other flavour's system schema is a need`() throws {
    let dump = """
      -- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
      USE `mysql`;
      CREATE TABLE IF NOT EXISTS `user` (`Host` char(255));
      """
    #expect(try scan(dump).claims.needs.map(\.kind) == [.systemSchema])
    #expect(try scan(dump, target: mysql8).claims.needs == [])
  }

  @Test func `MariaDB skips what was written for MySQL 5 7 to 9`() throws {
    let dump = "/*!80013 CREATE USER a */;/*!50701 SET @@GLOBAL.x=1 */;CREATE TABLE t (a int /*!80023 INVISIBLE */);"
    let claims = try scan(dump).claims
    #expect(claims.foreignStatements == [])
    #expect(claims.needs == [])
    #expect(try scan(dump, target: mysql8).claims.foreignStatements.map(\.kind) == [.account, .setGlobal])
  }

  @Test func `only the MySQL client is spared the sandbox line`() throws {
    #expect(try scan(Fixture.header).text == Fixture.header)
    let scanned = try scan(Fixture.header, target: mysql8)
    #expect(scanned.claims.adapted.map(\.reason) == [.sandboxLine])
    #expect(!scanned.text.contains("sandbox"))
  }
}
