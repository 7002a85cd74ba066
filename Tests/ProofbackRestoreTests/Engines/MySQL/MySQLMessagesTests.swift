import Testing

@testable import ProofbackRestore

@Suite struct MySQLMessagesTests {
  private func message(_ line: String) throws -> MySQLMessage {
    try #require(MySQLMessages.parse(Array(line.utf8)).first)
  }

  @Test(arguments: [
    "ERROR 1644 (45000) at line 3: alice@example.com", "ERROR 1644 (45000): bad e-mail: alice@example.com",
    "ERROR 1146 (42S02): alice@example.com is bad", "ERROR 2013 (45000) at line 1: alice@example.com",
    "ERROR 31001 (45000): alice@example.com", "ERROR 1062 (23000): Duplicate entry 'alice@example.com' for key 'k'",
    "ERROR 1062 (23000): alice@example.com is there already",
  ])
  func `what a trigger or a key says quotes no value`(line: String) throws {
    let message = try message(line)
    #expect(!message.description.contains("alice"))
    #expect(!message.isOurTrouble)
  }

  @Test func `the server's own texts are shown`() throws {
    #expect(
      try message("ERROR 1146 (42S02) at line 9: Table 'a.b' doesn't exist").description
        == "error 1146 (42S02): Table 'a.b' doesn't exist")
    #expect(try message("ERROR 1049 (42000): Unknown database 'shop'").text == "Unknown database 'shop'")
  }

  @Test(arguments: [
    "ERROR 2013 (HY000) at line 4: Lost connection to server during query",
    "ERROR 1026 (HY000) at line 1: Error writing file './a/b.MYD' (Errcode: 28 \"No space left on device\")",
    "ERROR 1030 (HY000) at line 1: Got error 28 \"No space left on device\" from storage engine MyISAM",
    "ERROR 5 (HY000) at line 1: Out of memory (Needed 1048576 bytes)",
  ])
  func `what says something of our server, disk or memory is ours`(line: String) throws {
    #expect(try message(line).isOurTrouble)
  }

  @Test func `an engine's error that is not the system's is the dump's`() throws {
    #expect(
      try !message("ERROR 1030 (HY000) at line 1: Got error 1 \"Operation not permitted\" from storage engine CSV")
        .isOurTrouble)
  }
}
