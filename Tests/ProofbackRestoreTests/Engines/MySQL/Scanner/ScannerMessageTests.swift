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
    "curl: (28) Operation timed out after 300000 milliseconds", "client_loop: send disconnect: Broken pipe",
    "Connection to db1 closed by remote host.", "write error: No space left on device",
    "ssh: connect to host db1 port 22: Connection refused", "ubuntu@db1: Permission denied (publickey).",
    "kex_exchange_identification: Connection closed by remote host",
    "Error response from daemon: No such container: db",
    "Error: No such container: db", "command terminated with exit code 137", "the input device is not a TTY",
    "/opt/backup.sh: line 12: 4711 Killed                  mysqldump shop", "./dump: 3: mysqldump: not found",
    "error: unable to upgrade connection: container not found (\"db\")", "pg_dump_all.sh: something",
    "C:\\xampp\\mysql\\bin\\mysqldump.exe: Got error: 1045", "dump-all: done", "start-dump.sh: begins",
  ])
  func `a line that a program left between statements is a failure`(line: String) throws {
    let scanned = try scan("CREATE TABLE t (a int);\n" + line + "\nINSERT INTO t VALUES (1);\n")
    #expect(scanned.claims.toolMessages.map(\.kind) == [.failure])
    #expect(scanned.claims.toolMessages.map(\.line) == [2])
    #expect(scanned.text == "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n")
  }

  @Test(arguments: [
    "INSERT INTO t VALUES (1,'\nKilled\ncurl: (28) timed out\nbackup.sh: done\n');\n",
    "CREATE TABLE t (\n`a` int\nCOMMENT 'x'\n);\n", "-- curl: (28) timed out\n", "/* backup.sh: done\nKilled\n*/\n",
    "DELIMITER ;;\nCREATE PROCEDURE p()\nBEGIN\nl: LOOP\nLEAVE l;\nEND LOOP;\nEND ;;\nDELIMITER ;\n",
  ])
  func `data, comments and routines are no messages`(sql: String) throws {
    #expect(try scan(sql).claims.toolMessages == [])
    #expect(try scan(Fixture.whole + sql + Fixture.whole).claims.toolMessages == [])
  }

  @Test(arguments: [
    "Backup completed", "all is well\n", "2026-11-24 02:00:01 done\n", "[INFO] 7 tables, done\n", "Load average: 0.1\n",
    "commit done",
  ])
  func `text behind the trailer is a message, and no cut`(text: String) throws {
    let scanned = try scan(Fixture.whole + text)
    #expect(scanned.claims.end.isClean)
    #expect(scanned.claims.toolMessages.map(\.kind) == [.failure])
    #expect(scanned.text == Fixture.whole)
  }

  @Test func `statements behind the trailer are statements`() throws {
    let more = "set names utf8;\nInsert Into t values (1);\ncreate table\nu (a int);\n"
    let scanned = try scan(Fixture.whole + more)
    #expect(scanned.claims.toolMessages == [])
    #expect(scanned.text == Fixture.whole + more)
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
