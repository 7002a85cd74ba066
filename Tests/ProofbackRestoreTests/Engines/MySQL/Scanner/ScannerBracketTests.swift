import ProofbackRestore
import Testing

/// What a dump opens and closes itself: also a tool that writes no trailer shows that its dump came to its end.
@Suite struct ScannerBracketTests {
  private let head = """
    /*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
    /*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
    CREATE TABLE `a` (`id` int);
    LOCK TABLES `a` WRITE;
    INSERT INTO `a` VALUES (1);

    """
  private let foot = """
    UNLOCK TABLES;
    /*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
    /*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;

    """

  @Test func `a dump without comments is whole when its foot puts back what its head saved`() throws {
    #expect(try scan(head + foot).claims.brackets.unclosed == nil)
    #expect(try scan(head + foot + head + foot).claims.brackets.unclosed == nil)
  }

  @Test func `settings that are never put back, and locks that are never released, show that the foot is missing`()
    throws
  {
    #expect(try scan(head).claims.brackets.unclosed == "the tables that line 4 locks are never unlocked")
    let unlocked = head + "UNLOCK TABLES;\n"
    #expect(try scan(unlocked).claims.brackets.unclosed == "the settings that line 1 saves are never put back")
  }

  @Test func `a second head without the first one's foot is seen, although the file ends well`() throws {
    let claims = try scan(head + "UNLOCK TABLES;\n" + head + foot).claims
    #expect(claims.brackets.unclosed == "on line 7 another dump begins, and the foot of the one before never came")
  }

  @Test func `settings around single tables of statistics do not close the dump`() throws {
    let dump =
      head
        + """
        UNLOCK TABLES;
        /*!50606 SET @OLD_INNODB_STATS_AUTO_RECALC=@@INNODB_STATS_AUTO_RECALC */;
        /*!50606 SET GLOBAL INNODB_STATS_AUTO_RECALC=@OLD_INNODB_STATS_AUTO_RECALC */;

        """
    #expect(try scan(dump).claims.brackets.unclosed == "the settings that line 1 saves are never put back")
    #expect(try scan(dump + foot).claims.brackets.unclosed == nil)
  }

  @Test func `a transaction counts where a dump tool began it, not in a script by hand`() throws {
    let script = "START TRANSACTION;\nCREATE TABLE `a` (`id` int);\nINSERT INTO `a` VALUES (1);\n"
    #expect(try scan(script).claims.brackets.unclosed == nil)
    let dump = "-- phpMyAdmin SQL Dump\n-- version 5.2.1\n" + script
    #expect(try scan(dump).claims.brackets.unclosed == "the transaction that line 3 starts is never committed")
    #expect(try scan(dump + "COMMIT;\n").claims.brackets.unclosed == nil)
  }

  @Test func `NUL bytes inside of a statement count where the tool writes them as an escape`() throws {
    let table = "CREATE TABLE `a` (`b` blob);\nINSERT INTO `a` VALUES ('x\0\0y');\n"
    let header = "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n"
    let claims = try scan(header + table).claims
    #expect(claims.nulBytesInside == 2)
    #expect(claims.nulBytes == 0)
    #expect(claims.firstNulLine == 3)
    #expect(try scan(table).claims.nulBytesInside == 0)
    let unescaped = "SET SQL_MODE='NO_BACKSLASH_ESCAPES';\n"
    #expect(try scan(header + unescaped + table).claims.nulBytesInside == 0)
  }

  @Test func `brackets and NUL bytes are the same however the dump is cut into blocks`() throws {
    let header = "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n"
    let dump = header + head + "\0\0\n" + "INSERT INTO `a` VALUES ('\0');\n" + foot
    let whole = try scan(dump).claims
    #expect(whole.nulBytes == 2)
    #expect(whole.nulBytesInside == 1)
    for size in [1, 3, 64, 100] {
      #expect(try scan(Array(dump.utf8), size: { size }).claims == whole)
    }
  }
}
