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

  /// First and last thousand rows and eight ranges of two hundred between; of a table without a key its first rows.
  @Test func `a sample has both ends of every large table and ranges between, whatever its key is`() async throws {
    let rows = 1...12_000
    let coins = rows.map { "(\($0 * 7))" }.joined(separator: ",")
    let words = rows.map { "('\(String($0 * 2_654_435, radix: 36))')" }.joined(separator: ",")
    let dump = Self.dump(
      """
      CREATE TABLE `coins` (`id` int NOT NULL, PRIMARY KEY (`id`));
      INSERT INTO `coins` VALUES \(coins);
      CREATE TABLE `words` (`word` varchar(40) NOT NULL, PRIMARY KEY (`word`));
      INSERT INTO `words` VALUES \(words);
      CREATE TABLE `heap` (`id` int);
      INSERT INTO `heap` VALUES \(coins);
      CREATE TABLE `few` (`id` int);
      INSERT INTO `few` VALUES (1),(2);
      """)
    let run = try await Self.contract.restore(dump, .sampled)
    #expect(run.deciding == [])
    let tables = try #require(run.inventory?.tables)
    let sampled = Dictionary(uniqueKeysWithValues: tables.map { ($0.name, $0.sampledRows) })
    #expect(sampled["coins"] == 3600)
    #expect(sampled["heap"] == 1000)
    #expect(sampled["few"] == .some(nil))
    // How far apart these ranges lie is the server's estimate: the last one may begin behind the last row.
    let ofWords = try #require(sampled["words"] ?? nil)
    #expect(ofWords >= 3200 && ofWords <= 3600)
    #expect(run.inventory?.rows == 2)
    #expect(run.inventory?.rowsRead == 2 + 3600 + 1000 + ofWords)
  }
}
