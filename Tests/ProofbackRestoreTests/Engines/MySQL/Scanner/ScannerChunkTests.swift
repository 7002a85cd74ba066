import ProofbackRestore
import Testing

@Suite struct ScannerChunkTests {
  private static let mixed =
    Fixture.whole + "system touch x\n" + Fixture.ships
    + "SET @@GLOBAL.GTID_PURGED='x:1-2';\nmysqldump: Got error: 1045: \"x\" when\n"

  @Test(arguments: [1, 2, 3, 7, 64, 65, 1000])
  func `the size of the pieces does not matter`(size: Int) throws {
    let dump = Array(Self.mixed.utf8)
    #expect(try scan(dump, size: { size }) == (try scan(dump)))
  }

  @Test func `random pieces give the same claims and the same bytes`() throws {
    let dump = Array(Self.mixed.utf8)
    let expected = try scan(dump)
    var dice = Dice(state: 7)
    for _ in 0..<200 {
      #expect(try scan(dump, size: { Int.random(in: 1...300, using: &dice) }) == expected)
    }
  }

  @Test func `a cut at every byte is survived, and no cut inside of a row counts it`() throws {
    let dump = Array(Fixture.ships.utf8)
    var last: UInt64 = 0
    for count in 0...dump.count {
      let claims = try scan(Array(dump[..<count]), size: { 97 }).claims
      let rows = claims.tables.first?.rows ?? 0
      #expect(rows >= last && rows <= 7)
      #expect(claims.bytes == UInt64(count))
      last = rows
    }
    #expect(last == 7)
  }

  @Test func `random bytes do not crash it, however they are cut`() throws {
    var dice = Dice(state: 11)
    let alphabet = Array("'\"`\\/*!-#;()\n\0 M5INSERTVALUESabc,@=.".utf8) + [0x95, 0xFF]
    for round in 0..<400 {
      let dump = (0..<300).map { _ in alphabet.randomElement(using: &dice)! }
      let expected = try scan(dump)
      #expect(try scan(dump, size: { Int.random(in: 1...50, using: &dice) }) == expected, "round \(round)")
      #expect(expected.claims.bytes == 300)
    }
  }

  @Test func `row counts equal those of a slow reader`() throws {
    var dice = Dice(state: 3)
    for _ in 0..<100 {
      let rows = (1...20).map { _ in "(" + (0..<3).map { _ in randomValue(&dice) }.joined(separator: ",") + ")" }
      let statement = "INSERT INTO `t` VALUES " + rows.joined(separator: ",") + ";"
      #expect(try scan(Array(statement.utf8), size: { 33 }).claims.tables.first?.rows == UInt64(slowCount(statement)))
    }
  }

  private func randomValue(_ dice: inout Dice) -> String {
    let pieces = ["\\'", "''", "(", ")", ",", ";", "\\\\", "--  ", "/*", "*/", "#", "`", "\"", "x", "é", "\n"]
    switch Int.random(in: 0..<4, using: &dice) {
    case 0: return "NULL"
    case 1: return String(Int.random(in: -999...999, using: &dice))
    case 2: return "0x0AFF"
    default: return "'" + (0..<8).map { _ in pieces.randomElement(using: &dice)! }.joined() + "'"
    }
  }

  /// Groups outside of strings, one character after another.
  private func slowCount(_ statement: String) -> Int {
    var count = 0
    var isInString = false
    var isEscaped = false
    for character in statement {
      if isEscaped {
        isEscaped = false
      } else if isInString && character == "\\" {
        isEscaped = true
      } else if character == "'" {
        isInString.toggle()
      } else if !isInString && character == "(" {
        count += 1
      }
    }
    return count
  }
}
