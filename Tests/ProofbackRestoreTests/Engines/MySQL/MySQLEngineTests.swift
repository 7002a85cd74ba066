import Foundation
import ProofbackCore
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
    engine: MySQLEngine(ownProgram: FilePath(BuiltProgram.proofback)), valid: dump(books),
    rows: ["library.books": 3, "library.loans": 0], truncated: Array(dump(books).dropLast(220)),
    empty: dump(""), canary: canary, hostile: dump(books + "\n\\! touch \(canary)\n"))

  @Test(arguments: EngineContract.Clause.allCases)
  func `it keeps the contract`(_ clause: EngineContract.Clause) async throws {
    try await Self.contract.check(clause)
  }

  @Test(
    .enabled(if: DockerEngine.canRun, "\(DockerEngine.whyNot)"), arguments: EngineContract.Clause.inContainers)
  func `it keeps the contract in a container`(_ clause: EngineContract.Clause) async throws {
    try await Self.contract.inside(DockerEngine.running().image("everything")).check(clause)
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

  /// What the scanner refuses would be contained too: here it is asked for without the scanner.
  @Test func `the sandbox holds what the scanner would have refused`() async throws {
    let place = try SandboxPlace(ProcessSandboxKind())
    let sandbox = try await place.make()
    let head = ContentHead(bytes: Self.dump(Self.books), fileName: "backup")
    let engine = MySQLEngine(ownProgram: FilePath(BuiltProgram.proofback))
    let recognition = try #require(engine.recognise(head))
    let session = MySQLSession(
      EngineWork(
        type: recognition.type, recognition: recognition, sandbox: sandbox, limits: Limits(), options: [:], head: head,
        templates: place.state.templates, events: NoEvents(), onImported: { _ in }), ownProgram: FilePath("/none"))
    _ = try await session.start()
    let answer = try await session.query(
      """
      CREATE DATABASE d; CREATE TABLE d.t (a text);
      LOAD DATA INFILE '/etc/passwd' INTO TABLE d.t;
      LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE d.t;
      INSERT INTO d.t SELECT LOAD_FILE('/etc/passwd');
      SELECT 1 INTO OUTFILE '\(Self.canary)';
      SELECT 1 INTO DUMPFILE '/data/mysql/x';
      CREATE TABLE d.u (a int) DATA DIRECTORY='/tmp';
      INSTALL SONAME 'ha_federatedx';
      SELECT COUNT(*) FROM d.t WHERE a IS NOT NULL;
      """, force: true)
    // By line: each is refused, but for LOAD_FILE, which reads nothing.
    #expect(Set(answer.errors.compactMap(\.line)).isSuperset(of: [2, 3, 5, 6]))
    #expect(answer.rows.last == ["0"])
    #expect(!FileManager.default.fileExists(atPath: Self.canary))
    await session.stop()
    await sandbox.destroy()
    _ = await place.leave()
  }

  private struct NoEvents: EventSink { func send(_ event: RunEvent) {} }
}
