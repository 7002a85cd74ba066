import Foundation
import ProofbackCore
import SystemPackage
import Testing

@testable import ProofbackRestore

@Suite struct ProofTests {
  private static let measuring = Measuring(key: 7, asOf: Date(timeIntervalSince1970: 0), checksumKey: 99)

  private func measured(_ rows: [[String]], _ columns: String = "n!cn", key: UInt64 = 7) -> TableProfile {
    var plan = ProfilePlan("7,63:0:" + columns)!
    plan.measuring.key = key
    var measuring = RowMeasuring(plan, .copy)
    for row in rows {
      Array(row.joined(separator: "\t").utf8).withUnsafeBytes { measuring.take($0) }
      measuring.endRow()
    }
    return measuring.finish()
  }

  private let rows = [
    ["1", "a", "10"], ["2", "b", "20"], ["3", "\\N", "30"], ["4", String(repeating: "x", count: 200_000), "40"],
  ]

  @Test func `sums do not depend on the order of rows, nor on the key of the profile`() {
    let sums = { (profile: TableProfile) in [profile.sum] + profile.columns.map(\.sum) }
    #expect(sums(measured(rows)) == sums(measured(rows.reversed())))
    #expect(sums(measured(rows)) == sums(measured(rows, key: 8)))
    #expect(sums(measured(rows)) == sums(measured(rows, key: 0x63)))
    #expect(measured(rows).columns.allSatisfy { $0.sum != nil })
  }

  @Test(arguments: [
    (["2", "b", "21"], [2]), (["2", "B", "20"], [1]), (["2", "\\N", "20"], [1]), (["2", "", "20"], [1]),
  ])
  func `another value changes the sum of its column alone`(_ row: [String], _ columns: [Int]) {
    var other = rows
    other[1] = row
    let (before, after) = (measured(rows), measured(other))
    #expect(before.columns.indices.filter { before.columns[$0].sum != after.columns[$0].sum } == columns)
    #expect(before.sum != after.sum)
  }

  @Test func `values that changed places are seen, with a key and without`() {
    let other = [["1", "b", "10"], ["2", "a", "20"]] + rows.dropFirst(2)
    let (before, after) = (measured(rows), measured(other))
    #expect(before.columns[1].sum != after.columns[1].sum)
    #expect(measured(rows, "ncn").columns.map(\.sum) == measured(other, "ncn").columns.map(\.sum))
    #expect(measured(rows, "ncn").sum != measured(other, "ncn").sum)
  }

  @Test func `what is computed counts for nothing`() {
    var other = rows
    other[0][2] = "11"
    let (before, after) = (measured(rows, "n!cn-"), measured(other, "n!cn-"))
    #expect(before.sum == after.sum)
    #expect(before.columns[2].sum == nil)
  }

  @Test func `a plan of many columns is read behind its mark`() throws {
    let columns = String(repeating: "c", count: 60)
    let (input, output) = (try FileDescriptor.pipe(), try FileDescriptor.pipe())
    let text = "MARK\t0\t7,63:0:\(columns)\n" + Array(repeating: "v", count: 60).joined(separator: "\t") + "\n"
    try input.writeEnd.writeAll(text.utf8)
    try input.writeEnd.close()
    var reader = RowReader(mark: "MARK", format: .copy)
    try reader.run(from: input.readEnd, to: output.writeEnd)
    try output.writeEnd.close()
    var bytes = [UInt8](repeating: 0, count: 60_000)
    let count = try bytes.withUnsafeMutableBytes { try output.readEnd.read(into: $0) }
    #expect(String(decoding: bytes[..<count], as: UTF8.self).hasPrefix("0\t1\t119\t{"))
    for end in [input.readEnd, output.readEnd] { try end.close() }
  }

  private func proof() -> Proof {
    var proof = Proof(made: 1, tool: nil, versions: [:], stream: ProofStream(bytes: 1, sha256: "00"))
    var before = DatabaseProfile()
    before.describedBy = "harbour 1"
    before.tables = [measured(rows).named(database: "", name: "t", columns: ["id", "name", "n"])]
    proof.take(before, before, key: 99, leftOut: [])
    return proof
  }

  private func compared(_ rows: [[String]], describedBy: String = "harbour 1") -> [String] {
    var profile = DatabaseProfile()
    profile.describedBy = describedBy
    profile.tables = [measured(rows).named(database: "", name: "t", columns: ["id", "name", "n"])]
    return ProofComparison(proof(), profile, .init()).findings().map(\.code.rawValue)
  }

  @Test func `what another DBMS writes otherwise is a warning`() {
    var other = rows
    other[0][2] = "11"
    #expect(compared(rows) == ["proof.holds"])
    #expect(compared(other) == ["proof.values-differ"])
    #expect(compared(other, describedBy: "harbour 2").first == "proof.values-elsewhere")
    #expect(compared(Array(rows.dropLast())) == ["proof.rows-differ"])
  }

  @Test func `a table that moved has bounds and no sums`() {
    var proof = Proof(made: 1, tool: nil, versions: [:], stream: ProofStream(bytes: 1, sha256: "00"))
    var (before, after) = (DatabaseProfile(), DatabaseProfile())
    before.tables = [measured(rows).named(database: "", name: "t", columns: ["id", "name", "n"])]
    after.tables = [measured(Array(rows.dropLast())).named(database: "", name: "t", columns: ["id", "name", "n"])]
    proof.take(before, after, key: 99, leftOut: [])
    #expect(proof.tables.map(\.rows) == [3])
    #expect(proof.tables.map(\.mostRows) == [4])
    #expect(proof.tables.allSatisfy { $0.sum == nil && $0.columns.allSatisfy { $0.sum == nil } })
  }

  @Test func `a seal holds for what was sealed and for nothing else`() throws {
    let seed =
      "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n"
    // The key of RFC 8032, section 7.1, test 1.
    let half =
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"
    let shared = try ProofKey(Data(repeating: 5, count: 32))
    for (seals, checks) in [(try ProofKey(Data(seed.utf8)), try ProofKey(Data(half.utf8))), (shared, shared)] {
      var proof = proof()
      #expect(!checks.holds(proof))
      proof.seal = try seals.seal(proof)
      #expect(checks.holds(try JSONDecoder().decode(Proof.self, from: proof.encoded())))
      proof.tables[0].rows += 1
      #expect(!checks.holds(proof))
    }
    #expect(try ProofKey(Data(half.utf8)).seal(proof()) == nil)
    #expect(throws: ProofKey.Problem.self) { try ProofKey(Data(repeating: 1, count: 31)) }
  }

  @Test func `neither secrets nor conditions of a tool are told`() {
    let arguments = [
      "--single-transaction", "-u", "root", "-psecret1", "--password=secret2", "--where", "name='secret3'",
      "--where=id=4",
      "--dbname=postgresql://a:secret5@h/d", "shop", "-c", "mysqldump -psecret6", "--ssl-key", "/k", "a b",
    ]
    let shown = ToolArguments.shown(arguments)
    for part in ["secret", "id=4", "a b"] { #expect(!shown.joined(separator: " ").contains(part), "\(shown)") }
    #expect(shown.prefix(3) == ["--single-transaction", "-u", "root"])
    #expect(shown.contains("shop"))
  }

  @Test(arguments: ["shop", "mysql://a:secret@h/d", "mysql:///d?ssl=no", "mysql://-h/d", "mysql:///d?socket=-x"])
  func `an address is read by a closed schema`(_ text: String) {
    #expect(throws: SourceAddress.Problem.self) { try SourceAddress(text) }
  }
}
