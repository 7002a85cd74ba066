import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

@Suite(.serialized) struct MongoDBContractTests {
  private static let contract = EngineContract(
    engine: MongoDBEngine(
      environments: ["\(MongoDBTestRun.root)/.venv"], clientProgram: FilePath(BuiltProgram.proofback)),
    valid: Array("{\"_id\":1,\"title\":\"it's\"}\n{\"_id\":2}\n{\"_id\":3}\n".utf8), rows: ["test.backup": 3],
    truncated: Array(ArchiveMaker.shop().dropLast(500)), empty: Array("[]\n".utf8),
    canary: "/tmp/proofback-canary-of-the-mongodb-contract", hostile: hostile)

  /// A collection whose name leads out of the server's folder, as far as its maker can.
  private static var hostile: [UInt8] {
    let name = "../../tmp/proofback-canary-of-the-mongodb-contract\0"
    var archive = ArchiveMaker()
    archive.begin([("shop", name, ArchiveMaker.metadata("x"), "collection")])
    archive.end("shop", name, [])
    return archive.bytes
  }

  @Test(arguments: EngineContract.Clause.allCases)
  func `it keeps the contract`(_ clause: EngineContract.Clause) async throws {
    try await Self.contract.check(clause)
  }

  @Test(
    .enabled(if: DockerEngine.canRun, "\(DockerEngine.whyNot)"), arguments: EngineContract.Clause.inContainers)
  func `it keeps the contract in a container`(_ clause: EngineContract.Clause) async throws {
    try await Self.contract.inside(DockerEngine.running().image("everything")).check(clause)
  }
}
