import ProofbackRestore
import Testing

/// What a dump tool's file tells of damage that no statement misses.
@Suite struct ScannerDamageTests {
  private func scanWhole(_ change: (String) -> String) throws -> DumpClaims { try scan(change(Fixture.whole)).claims }

  @Test func `a good dump shows no damage`() throws {
    let claims = try scan(Fixture.whole).claims
    #expect(claims.commentedOutLine == nil && claims.blanksChangedLine == nil && claims.lost.isEmpty)
    #expect(claims.brackets.outOfTurn == nil && claims.brackets.empty == nil)
    let ships = try #require(claims.tables.first { $0.name == "ships" })
    #expect(ships.isAnnounced && ships.hasDataSection && ships.autoIncrement == 5 && ships.charset == "utf8mb4")
  }

  @Test(arguments: ["-- INSERT INTO `ships` VALUES (9);\n", "/* INSERT INTO `ships` VALUES (9); */\n"])
  func `rows in a comment are seen`(_ comment: String) throws {
    let claims = try scanWhole { $0.replacing("UNLOCK TABLES;\n", with: "UNLOCK TABLES;\n" + comment) }
    #expect(claims.commentedOutLine != nil)
  }

  @Test func `blanks put together, and tabs made blanks, are seen`() throws {
    #expect(try scanWhole { $0.replacing("  `id` int(11)", with: " `id` int(11)") }.blanksChangedLine != nil)
    #expect(try scanWhole { $0.replacing("version\t", with: "version        ") }.blanksChangedLine == 6)
  }

  @Test func `a DROP of another table than the one whose section it stands in is seen`() throws {
    let boats = Fixture.ships.replacing("`ships`", with: "`boats`")
    let wrong = boats.replacing("DROP TABLE IF EXISTS `boats`", with: "DROP TABLE IF EXISTS `ships`")
    let good = try scan(Fixture.header + Fixture.ships + boats + Fixture.trailer).claims
    #expect(good.lost.isEmpty && good.brackets.outOfTurn == nil)
    let claims = try scan(Fixture.header + Fixture.ships + wrong + Fixture.trailer).claims
    #expect(claims.lost.values.map(\.rows) == [7])
    #expect(claims.brackets.outOfTurn?.contains("drops another table") == true)
    let twice = try scan(Fixture.whole + Fixture.whole).claims
    #expect(twice.lost.isEmpty)
  }

  @Test func `settings saved for something that never comes are seen`() throws {
    let around = """
      /*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
      /*!50003 SET sql_mode              = 'NO_ENGINE_SUBSTITUTION' */ ;
      DELIMITER ;;
      CREATE TRIGGER `t` BEFORE INSERT ON `ships` FOR EACH ROW SET NEW.id = 1 ;;
      DELIMITER ;
      /*!50003 SET sql_mode              = @saved_sql_mode */ ;

      """
    let dump = { Fixture.header + Fixture.ships + $0 + Fixture.trailer }
    #expect(try scan(dump(around)).claims.brackets.empty == nil)
    let lines = around.split(separator: "\n", omittingEmptySubsequences: false)
    let empty = (lines[0..<2] + lines[5...]).joined(separator: "\n")
    #expect(try scan(dump(empty)).claims.brackets.empty?.hasSuffix("never comes") == true)
  }

  @Test func `a table without the place for its rows is told from one that has none`() throws {
    let rows = try #require(Fixture.ships.firstRange(of: "--\n-- Dumping data"))
    let without = try scan(Fixture.header + String(Fixture.ships[..<rows.lowerBound]) + Fixture.trailer).claims
    #expect(without.tables.first?.hasDataSection == false)
    let empty = Fixture.ships.replacing(/INSERT INTO.*?\n\/\*!40000/.dotMatchesNewlines(), with: "/*!40000")
    #expect(try scan(Fixture.header + empty + Fixture.trailer).claims.tables.first?.hasDataSection == true)
  }
}
