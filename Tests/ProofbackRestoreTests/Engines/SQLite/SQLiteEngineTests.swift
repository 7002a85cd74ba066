import Foundation
import ProofbackCore
import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

/// What SQLite's databases and dumps are found to be, in a real sandbox.
@Suite(.serialized) struct SQLiteEngineTests {
  private func restore(_ bytes: [UInt8]) async throws -> EngineContract.Run {
    let contract = EngineContract(
      engine: SQLiteEngine(ownProgram: FilePath(BuiltProgram.proofback)), valid: [], rows: [:], truncated: [],
      empty: [],
      canary: "", hostile: [])
    return try await contract.restore(bytes)
  }

  private func codes(_ run: EngineContract.Run) -> [String] {
    run.findings.filter { $0.consequence != .none }.map(\.code.rawValue)
  }

  @Test func `a zeroed page is found, and no value is quoted`() async throws {
    var bytes = try SQLiteMaker.database(SQLiteMaker.shop)
    for index in 8192..<12_288 { bytes[index] = 0 }
    let run = try await restore(bytes)
    #expect(codes(run).contains("sqlite.damaged"))
    #expect(!"\(run.findings)".contains("planted"))
  }

  @Test func `rows without their parents fail, and say how many`() async throws {
    let run = try await restore(SQLiteMaker.database(SQLiteMaker.shop + "DELETE FROM customer WHERE id > 490;"))
    let finding = try #require(run.findings.first { $0.code.rawValue == "sqlite.orphans" })
    #expect(finding.message == "10 rows of table order of refer to rows of customer that are not there")
  }

  @Test func `views without end and columns that cost much end as findings, and the rest is read`() async throws {
    let run = try await restore(
      SQLiteMaker.database(
        """
        CREATE TABLE t (a INTEGER, b GENERATED ALWAYS AS (hex(zeroblob(400000000))) VIRTUAL);
        INSERT INTO t (a) VALUES (1), (2);
        CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;
        CREATE VIEW loose AS SELECT * FROM gone;
        """))
    #expect(run.deciding == [])
    #expect(run.inventory?.tables.first?.rows == 2)
    let views = run.findings.filter { $0.code.rawValue == "verify.view-unreadable" }.map(\.message)
    #expect(views.count == 2 && views[0].contains("endless was not read") && views[1].contains("loose"))
  }

  @Test func `a schema that SQLite can't read fails`() async throws {
    let run = try await restore(
      SQLiteMaker.database(
        """
        CREATE TABLE t (a); INSERT INTO t VALUES (1);
        PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE t (planted';
        """))
    #expect(codes(run).contains("sqlite.damaged"))
    #expect(!"\(run.findings)".contains("planted"))
  }

  @Test func `a log that is missing is said; what SQLite does not bring can't be told`() async throws {
    let log = try await restore(
      SQLiteMaker.database("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);"))
    #expect(codes(log) == ["sqlite.wal-missing"])
    let module = try await restore(
      SQLiteMaker.database(
        """
        CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA writable_schema = ON;
        INSERT INTO sqlite_schema VALUES ('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING nosuchmodule(a)');
        """))
    #expect(codes(module).contains("engine.server-missing") && !codes(module).contains("sqlite.damaged"))
  }

  @Test func `a dump's rows are counted, also with quotes, line ends and triggers in it`() async throws {
    let run = try await restore(
      SQLiteMaker.dump(
        """
        CREATE TABLE "it's" (a TEXT);
        INSERT INTO "it's" VALUES('semi;
        colon; ''quoted''');
        INSERT INTO "it's" VALUES(replace('a\\nb','\\n',char(10)));
        CREATE TABLE log (a);
        INSERT INTO log VALUES(X'00ff');
        CREATE TRIGGER t AFTER INSERT ON log BEGIN
          SELECT 1;
          DELETE FROM log;
        END;
        COMMIT;

        """))
    #expect(run.deciding == [])
    #expect(run.inventory?.tables.map(\.rows) == [2, 1])
    #expect(run.inventory?.tables.map(\.claimedRows) == [2, 1])
    #expect(run.inventory?.triggers == ["main.t"])
  }

  @Test(
    arguments: [
      ("CREATE TABLE t (a);\nINSERT INTO t VALUES(1);\n", "dump.truncated"),
      ("CREATE TABLE t (a);\nINSERT INTO t VALUES('x", "dump.truncated"),
      ("CREATE TABLE t (a);\nROLLBACK; -- due to errors\n", "sqlite.rolled-back"),
      ("/****** CORRUPTION ERROR *******/\nCOMMIT;\n", "dump.tool-failure"),
      (
        "CREATE TABLE t (a UNIQUE);\nINSERT INTO t VALUES(1);\nINSERT INTO t VALUES(1);\nCOMMIT;\n",
        "sqlite.statement-failed"
      ),
      ("PRAGMA journal_mode=DELETE;\nCOMMIT;\n", "sqlite.foreign-statement"),
      (".read /etc/passwd\nCOMMIT;\n", "sqlite.foreign-statement"),
    ])
  func `a dump that ends early, failed or wants more than a dump may is bad`(_ lines: String, _ code: String)
    async throws
  {
    let run = try await restore(SQLiteMaker.dump(lines))
    #expect(run.findings.first { $0.consequence == .failed }?.code.rawValue == code, "\(run.findings)")
  }

  @Test func `a header is read as the format says`() throws {
    let header = try #require(SQLiteHeader(try SQLiteMaker.database(SQLiteMaker.shop)))
    #expect(header.pageSize == 4096 && !header.usesLog && header.pages != nil)
    #expect(header.writerText?.hasPrefix("SQLite 3.") == true)
    #expect(SQLiteHeader(Array(repeating: 0, count: 100)) == nil)
    #expect(SQLiteDumpFeed.target("INSERT INTO \"a\"\"b\" VALUES(1);") == "a\"b")
    #expect(SQLiteDumpFeed.target("INSERT INTO t SELECT 1;") == nil)
  }
}
