import ProofbackCore
import Testing

@testable import ProofbackRestore

/// Damages are the same in whatever pieces the bytes come.
@Suite struct DamageFilterTests {
  private static let text =
    "first 11\nINSERT INTO `t` VALUES\n(1,'a'),\n(2,'b');\nlast 22\nCOPY p.t (a) FROM stdin;\n7\n8\n\\.\nend\n"

  @Test(arguments: [
    (Damage(.content, .cut, at: 5), "first"), (Damage(.content, .flip, at: 0), "birst 11"),
    (Damage(.content, .zeros(3), at: 1), "f\0\0\0t 11"), (Damage(.content, .replace("x")), "x"),
    (Damage(.content, .insert("!", atLine: false), at: 5), "first! 11"),
    (Damage(.content, .insert("!", atLine: true), at: 5), "first 11\n!INSERT"),
    (Damage(.content, .digit), "first 21"), (Damage(.content, .carriageReturns), "first 11\r\nINSERT"),
    (Damage(.content, .lineLost, at: 2), "first 11\n(1,'a'),\n"),
    (Damage(.content, .statementsLost("INSERT INTO `t` ")), "first 11\nlast 22\n"),
  ])
  func `a damage is done where it is to be`(_ damage: Damage, _ beginning: String) {
    for step in [1, 3, 7, 500] { #expect(Self.damaged(damage, step).hasPrefix(beginning), "\(step) bytes at a time") }
  }

  @Test func `rows between two lines are left out, and the lines stay`() {
    let damage = Damage(.content, .blockLost("COPY p.t ", until: "\\."))
    for step in [1, 5, 500] { #expect(Self.damaged(damage, step).hasSuffix("FROM stdin;\n\\.\nend\n")) }
  }

  private static func damaged(_ damage: Damage, _ step: Int) -> String {
    let reader = DamagedReader(BytesReader(Array(text.utf8), step: step), damage)
    return String(decoding: (try? reader.bytes(upTo: 1 << 20)) ?? [], as: UTF8.self)
  }
}
