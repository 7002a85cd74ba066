import ProofbackRestore
import Testing

@Suite struct ScannerClaimTests {
  @Test func `a mariadb-dump is read whole and forwarded unchanged`() throws {
    let scanned = try scan(Fixture.whole)
    let claims = scanned.claims
    #expect(scanned.text == Fixture.whole)
    #expect(claims.end.isClean)
    #expect(claims.everyTrailerSeen)
    #expect(claims.foreignStatements == [])
    #expect(claims.needs == [])
    #expect(claims.adapted == [])
    #expect(claims.toolMessages == [])
    #expect(claims.lines == Fixture.whole.filter { $0 == "\n" }.count)
    #expect(claims.bytes == UInt64(Fixture.whole.utf8.count))
    #expect(scanned.endedStatements == claims.statements)
    #expect(!claims.stoppedForwarding)
  }

  @Test func `the header tells tool, flavour, server version and database`() throws {
    let dump = try #require(try scan(Fixture.whole).claims.dumps.first)
    #expect(dump.tool == .mariadbDump)
    #expect(dump.flavour == .mariadb)
    #expect(dump.toolVersion == "10.19-11.4.2-MariaDB")
    #expect(dump.version == ServerVersion(11, 4, 2))
    #expect(dump.database == "harbour")
    #expect(dump.hasTrailer)
    #expect(dump.completedOn == "on 2026-11-22  2:15:07")
  }

  @Test func `rows are counted by value lists, not by lines or brackets`() throws {
    let table = try #require(try scan(Fixture.whole).claims.tables.first)
    #expect(table.name == "ships")
    #expect(table.rows == 7)
    #expect(table.columns == 3)
    #expect(table.indexes == ["PRIMARY", "by_name", "by_gross"])
    #expect(table.engine == "InnoDB")
  }

  @Test func `views, routines, triggers, events and definers are written down`() throws {
    let claims = try scan(Fixture.whole).claims
    #expect(claims.views.map(\.name) == ["large"])
    #expect(claims.views.first?.isPlaceholder == false)
    #expect(claims.routines.map(\.name) == ["wait", "f"])
    #expect(claims.triggers.first?.table == "ships")
    #expect(claims.events.map(\.name) == ["purge"])
    #expect(claims.definers == ["app@%", "root@localhost"])
  }

  @Test func `a dump cut inside of a string says so and names the table`() throws {
    let end = Fixture.whole.firstRange(of: "(3,'),(")!.upperBound
    let claims = try scan(String(Fixture.whole[..<end])).claims
    #expect(claims.end.place == .insideString)
    #expect(claims.end.table == "ships")
    #expect(claims.tables.first?.rows == 2)
    #expect(!claims.everyTrailerSeen)
  }

  @Test func `a dump cut behind a row says that the statement has no delimiter`() throws {
    let end = Fixture.whole.firstRange(of: "(2,'B\\\\',NULL)")!.upperBound
    let claims = try scan(String(Fixture.whole[..<end])).claims
    #expect(claims.end.place == .statementWithoutDelimiter)
    let start = Fixture.whole.firstRange(of: "INSERT INTO")!.lowerBound
    #expect(claims.end.line == Fixture.whole[..<start].filter { $0 == "\n" }.count + 1)
    #expect(claims.end.table == "ships")
  }

  @Test func `a dump cut between two events of a DELIMITER block is not clean`() throws {
    let end = Fixture.whole.firstRange(of: "RETURN 1;;\n")!.upperBound
    let end2 = try scan(String(Fixture.whole[..<end])).claims.end
    #expect(end2.place == .betweenStatements)
    #expect(!end2.isClean)
  }

  @Test func `without the final view only its placeholder is claimed`() throws {
    let cut = Fixture.whole.firstRange(of: "--\n-- Final view")!.lowerBound
    let views = try scan(String(Fixture.whole[..<cut])).claims.views
    #expect(views.first?.isPlaceholder == true)
  }

  @Test func `a table that an old mysqldump makes in a view's place is none`() throws {
    let claims = try scan(
      """
      /*!50001 CREATE TABLE `v` (
        `a` tinyint NOT NULL
      ) ENGINE=MyISAM */;
      /*!50001 DROP TABLE IF EXISTS `v`*/;
      /*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50001 VIEW `v` AS select 1 AS `a` from `t` */;
      """
    ).claims
    #expect(claims.tables.first?.isViewPlaceholder == true)
    #expect(claims.tables.first?.isDropped == true)
    #expect(claims.expectedTables.isEmpty)
    #expect(claims.views.map(\.isPlaceholder) == [false])
  }

  @Test func `USE and qualified names tell the database`() throws {
    let claims = try scan(
      """
      CREATE DATABASE /*!32312 IF NOT EXISTS*/ `yard` /*!40100 DEFAULT CHARACTER SET latin1 */;
      USE `yard`;
      CREATE TABLE dock (id int);
      INSERT INTO dock VALUES (1);
      CREATE TABLE `other`.`dock` (id int);
      INSERT INTO `other`.`dock` (id) VALUES (1),(2);
      use third
      CREATE TABLE dock (id int);
      """
    ).claims
    #expect(claims.tables.map(\.qualifiedName) == ["yard.dock", "other.dock", "third.dock"])
    #expect(claims.tables.map(\.rows) == [1, 2, 0])
    #expect(claims.databases == ["yard", "third"])
  }

  @Test func `a second dump in the file starts its tables anew`() throws {
    let claims = try scan(Fixture.whole + Fixture.whole).claims
    #expect(claims.dumps.count == 2)
    #expect(claims.tables.count == 1)
    #expect(claims.tables.first?.rows == 7)
    #expect(claims.triggers.count == 1)
    #expect(claims.routines.count == 2)
  }

  @Test func `INSERT IGNORE and REPLACE may keep fewer rows`() throws {
    let claims = try scan(
      "INSERT IGNORE INTO `a` VALUES (1),(1);\nREPLACE INTO `b` (`x`) VALUES (1);INSERT INTO c SET x=1;\n"
        + "INSERT INTO d VALUES ROW(1),ROW(2) ON DUPLICATE KEY UPDATE x=VALUES(x),y=(1);INSERT INTO e () VALUES ();"
    ).claims
    #expect(claims.tables.map(\.rows) == [2, 1, 1, 2, 1])
    #expect(claims.tables.map(\.mayKeepFewerRows) == [true, true, false, false, false])
  }

  @Test func `inserts one row at a time into tables whose names begin alike are kept apart`() throws {
    let claims = try scan(
      "INSERT INTO a VALUES (1);\nINSERT INTO a VALUES (1);\nINSERT INTO ab VALUES (1);\nINSERT INTO a.b VALUES (1);\nINSERT INTO a VALUES (2);"
    ).claims
    #expect(claims.tables.map(\.qualifiedName) == ["a", "ab", "a.b"])
    #expect(claims.tables.map(\.rows) == [3, 1, 1])
  }

  @Test func `ANSI dumps quote names by double quotes`() throws {
    let claims = try scan(
      #"""
      /*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO,ANSI' */;
      CREATE TABLE "odd ""name;" ("id" int, KEY "k" ("id"));
      INSERT INTO "odd ""name;" VALUES (1),(2);
      /*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
      """#
    ).claims
    #expect(claims.tables.map(\.name) == ["odd \"name;"])
    #expect(claims.tables.first?.rows == 2)
    #expect(claims.tables.first?.columns == 1)
  }

  @Test func `NO_BACKSLASH_ESCAPES makes the backslash an ordinary character`() throws {
    let dump =
      #"SET sql_mode='NO_BACKSLASH_ESCAPES'; INSERT INTO a VALUES ('\'),('x\'); SET sql_mode=''; INSERT INTO a VALUES ('\'),(');"#
    #expect(try scan(dump).claims.tables.first?.rows == 3)
  }

  @Test func `characters that end in a backslash do not escape`() throws {
    let middle: [UInt8] = [0x95, 0x5C]  // 表 in Shift JIS
    let dump =
      Array("/*!40101 SET NAMES sjis */;INSERT INTO a VALUES ('".utf8) + middle + Array("'),('".utf8) + middle
      + Array("');".utf8)
    let scanned = try scan(dump)
    #expect(scanned.claims.tables.first?.rows == 2)
    #expect(scanned.claims.end.isClean)
    #expect(scanned.claims.clientCharsets == ["sjis"])
  }

  @Test func `CRLF, a byte order mark and NUL holes are lived with`() throws {
    let crlf = Fixture.whole.replacing("\n", with: "\r\n")
    let scanned = try scan([0xEF, 0xBB, 0xBF] + Array(crlf.utf8) + [0, 0, 0])
    #expect(scanned.claims.tables.first?.rows == 7)
    #expect(scanned.claims.everyTrailerSeen)
    #expect(scanned.claims.end.isClean)
    #expect(scanned.claims.nulBytes == 3)
    #expect(scanned.claims.adapted.map(\.reason) == [.byteOrderMark, .nulBytes])
    #expect(scanned.text == crlf)
  }

  @Test func `phpMyAdmin's stand-in tables and indexes added afterwards are understood`() throws {
    let claims = try scan(
      """
      -- phpMyAdmin SQL Dump
      -- version 5.2.1
      -- Server version: 8.0.30
      -- Database: `harbour`
      SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";
      START TRANSACTION;
      -- Table structure for table `ships`
      CREATE TABLE `ships` (
        `id` int NOT NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
      -- Stand-in structure for view `large`
      -- (See below for the actual view)
      CREATE TABLE `large` (
      `id` int
      ,`name` varchar(60)
      );
      -- Structure for view `large`
      DROP TABLE IF EXISTS `large`;
      CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `large`  AS SELECT 1 AS `id` ;
      ALTER TABLE `ships`
        ADD PRIMARY KEY (`id`),
        ADD UNIQUE KEY `by_name` (`id`),
        ADD CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `b` (`id`);
      COMMIT;
      """
    ).claims
    #expect(claims.dumps.map(\.tool) == [.phpMyAdmin])
    #expect(claims.dumps.first?.toolVersion == "5.2.1")
    #expect(claims.defaultDatabase == "harbour")
    #expect(claims.everyTrailerSeen)
    #expect(claims.expectedTables.map(\.name) == ["ships"])
    #expect(claims.tables.first?.indexes == ["PRIMARY", "by_name"])
    #expect(claims.views.map(\.isPlaceholder) == [false])
    #expect(claims.foreignStatements == [])
  }

  @Test func `HeidiSQL's header comes before its name`() throws {
    let claims = try scan(
      """
      -- --------------------------------------------------------
      -- Host:                         127.0.0.1
      -- Server version:               10.4.14-MariaDB - mariadb.org binary distribution
      -- Server OS:                    Win64
      -- HeidiSQL Version:             12.8.0.6908
      -- --------------------------------------------------------
      CREATE TABLE IF NOT EXISTS `a` (`id` int);
      DELETE FROM `a`;
      INSERT INTO `a` (`id`) VALUES
      \t(1),
      \t(2);
      """
    ).claims
    #expect(claims.dumps.map(\.tool) == [.heidiSQL])
    #expect(claims.dumps.first?.flavour == .mariadb)
    #expect(claims.dumps.first?.toolVersion == "12.8.0.6908")
    #expect(claims.tables.map(\.rows) == [2])
    #expect(claims.foreignStatements == [])
  }

  @Test func `a database that is dropped takes its tables and routines along`() throws {
    let claims = try scan(
      "USE a; CREATE TABLE t (i int); INSERT INTO t VALUES (1); CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW SET @x=1;"
        + "RENAME TABLE t TO u; DROP DATABASE a; CREATE TABLE a.v (i int);"
    ).claims
    #expect(claims.expectedTables.map(\.qualifiedName) == ["a.v"])
    #expect(claims.triggers.isEmpty)
  }

  @Test func `a statement longer than what is looked at together is followed to its end`() throws {
    let body = String(repeating: "SET @x = 'it''s ;;'; -- ;\n", count: 6_000)
    let dump =
      "DELIMITER ;;\nCREATE PROCEDURE `long` () BEGIN\n" + body + "END ;;\nDELIMITER ;\nINSERT INTO t VALUES (1);\n"
    let scanned = try scan(Array(dump.utf8), size: { 5_000 })
    #expect(scanned.claims.routines.map(\.name) == ["long"])
    #expect(scanned.claims.tables.map(\.rows) == [1])
    #expect(scanned.claims.statements == 2)
    #expect(scanned.text == dump)
  }
}
