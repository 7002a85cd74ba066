import ArgumentParser
import Foundation
import ProofbackCore

struct PrepareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Start a server once without a backup, so that the first run does not wait for its setting up.",
    discussion: """
      What a server's data folder is copied from is made once for each version, or image, and kept in the state folder; else the
      first run makes it. It also shows that an image can be used.

      Examples:
        proofback prepare mariadb
        proofback prepare mysql --image mysql:8.4 --state-folder /var/lib/proofback

      Exit codes:
        0   a server of this type starts here
        2   it does not
      """)

  @Argument(help: "mysql, mariadb, postgresql …")
  var type: String
  @OptionGroup var bounds: BoundOptions

  func run() async throws {
    var specification = RunSpecification(
      runID: LocalRun.newID(), location: "", stateFolder: bounds.stateFolder ?? Composition.stateFolder)
    (specification.goal, specification.type) = (.prepare, DatabaseType(type))
    try bounds.fill(&specification)
    let report = await LocalRun.carryOut(
      Assignment(specification: specification, secrets: RunSecrets()), events: NoEvents())
    let trouble = report.findings.first { [.failed, .inconclusive].contains($0.consequence) }
    guard trouble == nil, let engine = report.engine, let seconds = report.sandbox?.readySeconds else {
      throw failure(trouble)
    }
    let place = specification.image.map { ", in the image \(UntrustedText.line($0, limit: 200))" } ?? ""
    let time = Quantity.text(seconds: seconds)
    print("\(engine.product) \(engine.version)\(place) answered after \(time), and is ready for runs")
  }

  private func failure(_ trouble: Finding?) -> CommandFailure {
    var failure = CommandFailure(
      trouble?.code.rawValue ?? "engine.not-started", trouble?.message ?? "the server did not answer",
      hint: trouble?.hint ?? "")
    failure.exitCode = .inconclusive
    return failure
  }

  func validate() throws {
    guard bounds.keep == nil else { throw ValidationError("--keep is for runs: nothing is restored here") }
    let known = Composition.plugins.engines.filter { !$0.needsNoServer }.flatMap(\.types).map(\.rawValue)
    guard known.contains(type) else {
      throw ValidationError("'\(UntrustedText.line(type))' is none of: \(known.joined(separator: ", "))")
    }
  }
}
