import ProofbackCore
import Testing

@testable import ProofbackRestore

/// What the server is given to make its own schema of.
@Suite struct MariaDBBootstrapTests {
  @Test(arguments: [
    ("set @wsrep_is_on=1;\nTRUNCATE t;\n", ["TRUNCATE t;\n"]),
    ("a;\nexecute immediate if(1);\nSET STATEMENT x;\nb;\n", ["a;\n", "b;\n"]),
    ("a;\nset @wsrep_is_on=1;", ["a;\n"]),
    ("a;\nb set @wsrep;\nc;", ["a;\nb set @wsrep;\nc;"]),
    ("\n\nset @w\n", ["\n\nset @w\n"]),
    ("SET STATEMENT x;\n", []),
    ("", []),
  ])
  func `what looks after a cluster is left out by whole lines, and all else is as it was`(
    text: String, pieces: [String]
  ) {
    #expect(MariaDBBootstrap.withoutClusters(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } == pieces)
  }

  @Test func `this system's own zones come without the care for clusters`() async throws {
    let text = await MariaDBBootstrap(system: HostSystem()).statements().map { String(decoding: $0, as: UTF8.self) }
      .joined()
    let zones = try #require(text.range(of: "ALTER TABLE mysql.time_zone TRANSACTIONAL=0;"))
    #expect(text[..<zones.lowerBound].contains("CREATE TABLE IF NOT EXISTS db"))
    #expect(text[zones.lowerBound...].contains("'Europe/Berlin'"))
    #expect(!text.contains("\nset @wsrep"))
    #expect(!text.contains("\nexecute immediate"))
  }
}
