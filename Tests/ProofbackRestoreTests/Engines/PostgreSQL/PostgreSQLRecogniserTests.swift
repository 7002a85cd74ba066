import Testing

@testable import ProofbackRestore

@Suite struct PostgreSQLRecogniserTests {
  @Test(arguments: [
    ("--\n-- PostgreSQL database dump\n--\n", PostgreSQLRecogniser.Format.plain),
    ("--\n-- PostgreSQL database cluster dump\n--\n", .cluster),
    ("pg_dump: warning: x\npg_dump: detail: y\n--\n-- PostgreSQL database dump\n", .plain),
    ("\u{FEFF}--\n-- PostgreSQL database dump\n", .plain),
    ("CREATE TABLE a (b int);\nCOPY a (b) FROM stdin;\n1\n", .plain),
    ("pg_dump: error: connection failed\n", .messages), ("PGDMP\u{1}", .custom),
  ])
  func `bytes tell what they are`(_ head: String, _ format: PostgreSQLRecogniser.Format) {
    let found = PostgreSQLRecogniser.recognise(Array(head.utf8), names: nil)
    #expect(found?.format == format && found?.isCertain == true)
  }

  @Test(arguments: [
    "-- MariaDB dump 10.19\nSET NAMES utf8;\n", "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n", "{\"a\": 1}\n",
    "hello\n",
  ])
  func `other DBMSs' dumps are not taken`(_ head: String) {
    #expect(PostgreSQLRecogniser.recognise(Array(head.utf8), names: nil)?.isCertain != true)
  }

  @Test(arguments: [
    (["dump/3410.dat.gz"], PostgreSQLRecogniser.Format.folder), (["base/1/1255"], .baseBackup),
    (["x/global/pg_control"], .baseBackup), (["000000010000000000000004"], .baseBackup),
  ])
  func `names of members tell where bytes do not`(_ names: [String], _ format: PostgreSQLRecogniser.Format) {
    #expect(PostgreSQLRecogniser.recognise([1, 2, 3], names: names)?.format == format)
  }

  @Test func `the superuser's name is found in its row, whatever it is called`() {
    var page = [UInt8](repeating: 0, count: 8192)
    page.replaceSubrange(100..<104, with: [10, 0, 0, 0])
    page.replaceSubrange(104..<107, with: Array("ada".utf8))
    page[168] = 1
    #expect(PostgreSQLBaseUnpacking.superuser(in: page) == "ada")
    page[168] = 0
    #expect(PostgreSQLBaseUnpacking.superuser(in: page) == nil)
  }
}
