import Foundation
import ProofbackCore
import ProofbackTestSupport
import Testing

/// Every dump into every image that should and should not take it (`Fixtures/matrix/cases.yaml`).
@Suite(.enabled(if: DockerEngine.canRun && TestAll.isOn, "\(DockerEngine.whyNot), or make test-all runs it"))
struct MatrixTests {
  private static let turns = Turns(2)

  @Test(arguments: MatrixCase.all) func `each image takes the dumps that it should, and no verdict is the server's`(
    _ cell: MatrixCase
  ) async throws {
    try await Self.turns.with {
      let dump = try await MatrixDumps.shared.file(cell.dump, cell.damage)
      let image = try await DockerEngine.running().image(cell.image)
      let outcome = try await DockerRun.plain(["--image", image], dump: dump)
      let report = try #require(outcome.report, "\(outcome.text)")
      #expect(report.verdict == cell.row.verdict, "\(cell.row.because): \(outcome.text)")
      if let code = cell.row.code { #expect(outcome.finding(code) != nil, "\(code): \(outcome.text)") }
      if cell.row.verdict != .passed, let code = cell.row.code { #expect(outcome.causes == code, "\(outcome.text)") }
      if cell.row.verdict == .inconclusive {
        let cause = report.findings.first
        #expect(cause?.hint.isEmpty == false, "\(outcome.text)")
      }
    }
  }
}
