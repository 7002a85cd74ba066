import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

@Suite(.serialized) struct MySQLEngineTests {
  private static let canary = "/tmp/proofback-canary-of-the-mysql-contract"

  private static func dump(_ body: String, trailer: Bool = true) -> [UInt8] {
    Array(
      """
      -- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
      --
      -- Host: localhost    Database: library
      -- ------------------------------------------------------
      -- Server version\t10.11.6-MariaDB

      /*!40101 SET NAMES utf8mb4 */;
      /*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
      \(body)
      /*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
      \(trailer ? "-- Dump completed on 2026-01-02  3:04:05\n" : "")
      """.utf8)
  }

  private static let books = """
    CREATE TABLE `books` (`id` int NOT NULL, `title` varchar(80), PRIMARY KEY (`id`), KEY `title` (`title`));
    INSERT INTO `books` VALUES (1,'it''s (2,3);'),(2,NULL),(3,'\\\\');
    CREATE TABLE `loans` (`book` int NOT NULL);
    """

  private static let contract = EngineContract(
    engine: MySQLEngine(rowReader: FilePath(BuiltProgram.proofback)), valid: dump(books),
    rows: ["library.books": 3, "library.loans": 0], truncated: Array(dump(books).dropLast(220)),
    empty: dump(""), canary: canary, hostile: dump(books + "\n\\! touch \(canary)\n"))

  @Test(arguments: EngineContract.Clause.allCases)
  func `it keeps the contract`(_ clause: EngineContract.Clause) async throws {
    try await Self.contract.check(clause)
  }
}
