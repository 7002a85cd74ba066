import Testing

@testable import ProofbackRestore

@Suite struct PostgreSQLScannerTests {
  private static let target = PostgreSQLTarget(
    version: 15, settings: ["client_encoding", "search_path"], extensions: ["hstore"], locales: ["c.utf8"],
    restorer: "restorer", administrator: "admin", restriction: "key")

  /// Scans `dump` in blocks of `block` bytes.
  private func scan(_ dump: String, block: Int = 1 << 20) -> (claims: PostgreSQLClaims, out: String) {
    var scanner = PostgreSQLScanner(target: Self.target, database: "d")
    var bytes = Array(dump.utf8)
    var out: [UInt8] = []
    var pending: [UInt8] = []
    while true {
      let piece = bytes.prefix(block)
      bytes.removeFirst(piece.count)
      pending += piece
      let isLast = piece.isEmpty
      let consumed = pending.withUnsafeBufferPointer { scanner.scan($0, isLast: isLast) }
      out += scanner.takeOut()
      pending.removeFirst(consumed)
      if isLast { break }
    }
    let claims = scanner.finish()
    out += scanner.takeOut()
    return (claims, String(decoding: out, as: UTF8.self))
  }

  private func table(_ name: String, _ schema: String = "public") -> PostgreSQLName {
    PostgreSQLName(database: "d", schema: schema, name: name)
  }

  @Test(arguments: [1, 2, 3, 7, 64, 1 << 20])
  func `quotes, comments and blocks hide semicolons, however the bytes are cut`(_ block: Int) {
    let dump = #"""
      CREATE TABLE a (t text DEFAULT 'x;''y\');
      CREATE TABLE "b;""c" (t text); -- a comment; with one
      /* one /* two; */ ; */ CREATE VIEW v AS SELECT E'\'; \\' AS e, $q$ ; $$ ; $q$ AS d;
      CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;
      COPY a (t) FROM stdin;
      -- Name: x; Type: TABLE; Schema: y; Owner: z
      a;\\b
      \.
      INSERT INTO "b;""c" VALUES ('(('), (')'), ($$,($$);
      INSERT INTO a (t) VALUES (DEFAULT) ON CONFLICT (t) DO NOTHING;

      """#
    let (claims, out) = scan(dump, block: block)
    #expect(claims.statements == 7)
    #expect(claims.tables[table("a")]?.rows == 3)
    #expect(claims.tables[table("b;\"c")]?.rows == 3)
    #expect(claims.tables[table("a")]?.mayKeepFewerRows == true)
    #expect(claims.objects.map(\.name.name).sorted() == ["f", "v"])
    #expect(claims.refused.isEmpty && claims.unusual.isEmpty && claims.openEnd == nil && claims.badRow == nil)
    #expect(out == dump)
  }

  @Test(arguments: [
    (#"\! id"#, #"\!"#), (#"SELECT 1 \g |id"#, #"\g"#), (#"\copy a FROM '/etc/passwd'"#, #"\copy"#),
    (#"\i /etc/passwd"#, #"\i"#), ("COPY a FROM PROGRAM 'id';", "PROGRAM"), ("COPY a TO '/tmp/x';", "COPY … TO"),
    ("ALTER SYSTEM SET a = 1;", "ALTER SYSTEM"), ("SELECT pg_read_file('/etc/passwd');", "pg_read_file"),
    ("SELECT lo_import('/etc/passwd');", "lo_import"), (#"\connect host=evil"#, #"\connect"#),
    ("GRANT restorer TO mallory;", "account"), ("LOAD 'x';", "LOAD"),
  ])
  func `what no dump has is refused, and nothing behind it goes on`(_ statement: String, _ what: String) {
    let (claims, out) = scan("CREATE TABLE a (t text);\n\(statement)\nCREATE TABLE b (t text);\n")
    #expect(claims.refused.first?.line == 2)
    #expect(claims.refused.first?.what.contains(what) == true)
    #expect(!out.contains("CREATE TABLE b") && !out.contains(statement))
  }

  @Test func `a role that is only referred to is made first, once`() {
    let (_, out) = scan("ALTER TABLE a OWNER TO ada;\nALTER TABLE b OWNER TO ada;\n")
    #expect(out.components(separatedBy: "CREATE ROLE \"ada\"").count == 2)
    #expect(out.hasSuffix("; SET SESSION AUTHORIZATION restorer;\n"))
  }

  @Test func `only names of databases are connected to`() {
    #expect(PostgreSQLScanner.databaseName("quay") == "quay")
    #expect(PostgreSQLScanner.databaseName("\"a \"\"b\"") == "a \"b")
    #expect(
      PostgreSQLScanner.databaseName(#"-reuse-previous=on "dbname='it\\'s'""#.replacing("\\\\", with: "\\")) == "it's")
    for other in ["host=x", "\"host=x dbname=y\"", "postgres://x/y", "a b", "`id`", ":x", ""] {
      #expect(PostgreSQLScanner.databaseName(other) == nil, "\(other)")
    }
  }

  @Test func `lines of ours do not move the dump's`() {
    var scanner = PostgreSQLScanner(target: Self.target, database: "d")
    scanner.startShift(2)
    let dump = Array("SELECT 1;\n\\connect x\nSELECT 1;\n".utf8)
    _ = dump.withUnsafeBufferPointer { scanner.scan($0, isLast: true) }
    let claims = scanner.finish()
    let lines = String(decoding: scanner.takeOut(), as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(claims.line(ofClient: 3) == 1)
    #expect(lines.lastIndex(of: "SELECT 1;").map { claims.line(ofClient: $0 + 1 + 2) } == 3)
  }
}
