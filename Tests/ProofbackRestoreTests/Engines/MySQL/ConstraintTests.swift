import Testing

@testable import ProofbackRestore

@Suite struct ConstraintTests {
  @Test func `a default names its sequence with its database or without`() {
    let both = MySQLSession.sequence(inDefault: "nextval(`a``b`.`c d`)", of: "x")
    #expect(both == TableKey(database: "a`b", name: "c d"))
    #expect(MySQLSession.sequence(inDefault: "nextval(`s`)", of: "x") == TableKey(database: "x", name: "s"))
    #expect(MySQLSession.sequence(inDefault: "nextval(`s`) + 1", of: "x") == nil)
  }

  @Test func `a foreign key of several columns needs all of them, and all of them set`() {
    let key = ForeignKey(
      name: "k", child: TableKey(database: "d", name: "a`b"), parent: TableKey(database: "e", name: "p"),
      columns: [("x", "u"), ("y", "v")])
    #expect(
      key.orphans
        == "SELECT COUNT(*) FROM `d`.`a``b` c LEFT JOIN `e`.`p` p ON p.`u` = c.`x` AND p.`v` = c.`y` WHERE c.`x` IS NOT NULL AND c.`y` IS NOT NULL AND p.`u` IS NULL"
    )
  }
}
