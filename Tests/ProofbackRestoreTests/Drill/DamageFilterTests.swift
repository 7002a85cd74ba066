import ProofbackCore
import ProofbackSystem
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
    (Damage(.content, .rowsLost(statements: ["INSERT INTO `t` "], blocks: [])), "first 11\nlast 22\n"),
  ])
  func `a damage is done where it is to be`(_ damage: Damage, _ beginning: String) {
    for step in [1, 3, 7, 500] { #expect(Self.damaged(damage, step).hasPrefix(beginning), "\(step) bytes at a time") }
  }

  @Test func `rows between two lines are left out, and the lines stay`() {
    let damage = Damage(.content, .rowsLost(statements: [], blocks: ["COPY p.t "]))
    for step in [1, 5, 500] { #expect(Self.damaged(damage, step).hasSuffix("FROM stdin;\n\\.\nend\n")) }
  }

  @Test(arguments: [
    (Damage(.content, .cut, at: 5), true), (Damage(.content, .cut, at: 5000), false),
    (Damage(.content, .digit, at: 5000), false), (Damage(.content, .zeros(5), at: 2), true),
    (Damage(.content, .carriageReturns), true), (Damage(.content, .replace("")), true),
    (Damage(.content, .lineLost), true),
    (Damage(.content, .rowsLost(statements: ["INSERT INTO `t` "], blocks: [])), true),
    (Damage(.content, .rowsLost(statements: ["INSERT INTO `u` "], blocks: ["COPY u "])), false),
    (Damage(.content, .rowsLost(statements: [], blocks: ["COPY p.t "])), true),
    (Damage(.content, .rowsLost(statements: ["INSERT INTO u "], blocks: ["COPY p.u "])), false),
  ])
  func `it is known whether there was anything to damage`(_ damage: Damage, _ hasEffect: Bool) {
    for step in [1, 7, 500] {
      let effect = Flag()
      _ = Self.damaged(damage, step, effect)
      #expect(effect.isSet == hasEffect, "\(step) bytes at a time")
    }
  }

  private static func damaged(_ damage: Damage, _ step: Int, _ effect: Flag = Flag()) -> String {
    let reader = DamagedReader(BytesReader(Array(text.utf8), step: step), damage, effect: effect)
    return String(decoding: (try? reader.bytes(upTo: 1 << 20)) ?? [], as: UTF8.self)
  }
}
