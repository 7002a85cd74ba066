import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

@Suite(.serialized) struct SQLiteContractTests {
  private static let canary = "/tmp/proofback-canary-of-the-sqlite-contract"

  @Test(arguments: EngineContract.Clause.allCases)
  func `it keeps the contract`(_ clause: EngineContract.Clause) async throws {
    let valid = try SQLiteMaker.database(SQLiteMaker.shop)
    let hostile = "ATTACH '\(Self.canary)' AS x; \nCREATE TABLE x.t (a);\n.shell touch \(Self.canary)\nCOMMIT;\n"
    let contract = EngineContract(
      engine: SQLiteEngine(ownProgram: FilePath(BuiltProgram.proofback)), valid: valid,
      rows: ["main.customer": 500, "main.order of": 500], truncated: Array(valid.dropLast(5000)),
      empty: SQLiteMaker.dump("COMMIT;\n"), canary: Self.canary, hostile: SQLiteMaker.dump(hostile))
    try await contract.check(clause)
  }
}
