import ProofbackRestore
import Testing

@Suite struct ScannerMessageTests {
  @Test(arguments: [
    (
      "mysqldump: Got error: 1045: \"Access denied for user 'app'@'db1'\" when trying to connect",
      "mysqldump: Got error: 1045: \"…(34)\" when trying to connect"
    ),
    (
      "mariadb-dump: Error 2013: Lost connection to server during query when dumping table `orders` at row: 5",
      "mariadb-dump: Error 2013: Lost connection to server during query when dumping table `orders` at row: 5"
    ),
    ("mysqldump: Couldn't execute 'SELECT 5': no (1)", "mysqldump: Couldn't execute '…(8)': no (1)"),
    ("bash: mysqldump: command not found", "bash: mysqldump: command not found"), ("Killed", "Killed"),
    ("/usr/bin/mysqldump: Error: x", "/usr/bin/mysqldump: Error: x"),
  ])
  func `a tool's failure is kept without what it quotes`(line: String, text: String) throws {
    let scanned = try scan("CREATE TABLE t (a int);\n" + line + "\nINSERT INTO t VALUES (1);\n")
    #expect(scanned.claims.toolMessages == [ToolMessage(.failure, text: text, line: 2)])
    #expect(scanned.text == "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n")
  }

  @Test(arguments: [
    "mysqldump: [Warning] Using a password on the command line interface can be insecure.",
    "mysqldump: Deprecated program name. It will be removed in a future release, use '/usr/bin/mariadb-dump' instead",
    "Warning: A partial dump from a server that has GTIDs will by default include the GTIDs of all transactions.",
  ])
  func `a tool's warning is left out and is no failure`(line: String) throws {
    let scanned = try scan(line + "\n" + Fixture.whole)
    #expect(scanned.claims.toolMessages.map(\.kind) == [.warning])
    #expect(scanned.text == Fixture.whole)
  }

  @Test func `the password prompt does not hide the header behind it`() throws {
    let scanned = try scan("Enter password: -- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n")
    #expect(scanned.claims.dumps.map(\.toolVersion) == ["10.13 8.0.36"])
  }

  @Test func `a failure behind a comment mark is found`() throws {
    let scanned = try scan("--\n-- mariadb-dump: Couldn't execute 'SELECT 1': Table is crashed (145)\n--\n")
    #expect(scanned.claims.toolMessages.map(\.isInComment) == [true])
    #expect(scanned.claims.toolMessages.map(\.kind) == [.failure])
  }

  @Test func `a failure in the middle of a statement is found and stops forwarding`() throws {
    let scanned = try scan("INSERT INTO t VALUES (1),(2mysqldump: Error 2013: Lost connection\n")
    #expect(scanned.claims.toolMessages.first?.kind == .failure)
    #expect(scanned.claims.stoppedForwarding)
  }

  @Test func `a failure that cuts a string off is found at the end`() throws {
    let scanned = try scan("INSERT INTO t VALUES (1,'abc\nmysqldump: Error 2013: Lost connection\n")
    #expect(scanned.claims.end.place == .insideString)
    #expect(scanned.claims.toolMessages.map(\.text) == ["mysqldump: Error 2013: Lost connection"])
  }

  @Test(arguments: ["<!DOCTYPE html>\n<html>", "<?xml version=\"1.0\"?>\n<Error>"])
  func `a page in place of the dump is none`(text: String) throws {
    let scanned = try scan(text)
    #expect(scanned.claims.toolMessages.first?.kind == .errorPage)
    #expect(scanned.forwarded.isEmpty)
  }
}
