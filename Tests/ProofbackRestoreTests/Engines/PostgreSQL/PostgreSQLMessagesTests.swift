import Testing

@testable import ProofbackRestore

@Suite struct PostgreSQLMessagesTests {
  private func parse(_ text: String) -> [PostgreSQLMessage] { PostgreSQLMessages.parse(Array(text.utf8)) }

  @Test func `code, line and row of a list are read, and the row's value is left out`() {
    let messages = parse(
      """
      psql:<stdin>:6: ERROR:  22P02: invalid input syntax for type integer: "planted"
      CONTEXT:  COPY x, line 2, column a: "planted"
      LOCATION:  pg_strtoint32, numutils.c:232
      """)
    #expect(messages.map(\.code) == ["22P02"])
    #expect(messages.first?.line == 6 && messages.first?.row == 2)
    #expect(messages.first?.text == "invalid input syntax for type integer: \"…9 characters\"")
  }

  @Test func `names are shown where only names are quoted`() {
    let text =
      "psql:<stdin>:1: ERROR:  42P01: relation \"books\" does not exist\nLOCATION:  parserOpenTable, parse_relation.c:1392"
    #expect(parse(text).first?.text == "relation \"books\" does not exist")
  }

  @Test func `what a function raises is shown as its length, whatever code it takes`() {
    let text =
      "psql:<stdin>:1: ERROR:  42P01: planted words\nCONTEXT:  PL/pgSQL function f()\nLOCATION:  exec_stmt_raise, pl_exec.c:3907"
    #expect(parse(text).first?.text == "13 characters of text")
  }

  @Test func `a lost connection and a full disk are ours`() {
    #expect(parse("psql:<stdin>:3: server closed the connection unexpectedly").first?.isOurTrouble == true)
    #expect(
      parse("psql:<stdin>:3: ERROR:  53100: could not extend file\nLOCATION:  mdextend, md.c:1").first?.isOurTrouble
        == true)
    #expect(parse("psql:<stdin>:3: WARNING:  01000: nothing").isEmpty)
  }
}
