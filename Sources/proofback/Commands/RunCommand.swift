import ArgumentParser
import Foundation
import ProofbackCore
import ProofbackRestore

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Restore one backup for real and say whether it can be trusted.",
    discussion: """
      Examples:
        proofback run /backups/shop.sql.gz
        proofback run ssh://backup@db1/var/backups --file 'shop-*.sql.zst.gpg' \\
            --decryption-key backup.key --ssh-key id_ed25519 --max-age 26h
        proofback run s3://backups/shop --region eu-central-1 --file 'shop-*.sql.gz' --cloud-key aws.key
        proofback run dump.archive.gz --format junit --output result.xml
        proofback run /backups/shop.sql.gz --keep 30m
        proofback run /backups/shop.sql.gz --check 'enough: rows of orders => >= 1000'
        proofback run /backups/shop.sql.gz --baseline shop.json --save-baseline shop.json

      Options of single types:
      \(EngineFlags.help)

      Exit codes:
      \(ProofbackCore.ExitCode.allCases.map { "  \($0.rawValue)   \($0.meaning)" }.joined(separator: "\n"))
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, junit }

  @Argument(help: "A path, ssh://user@host[:port]/path, s3://bucket/key, https://host/path …: docs/sources.md.")
  var location: String
  @OptionGroup var what: WhatOptions
  @OptionGroup var bucket: BucketOptions
  @OptionGroup var keys: KeyOptions
  @OptionGroup var past: BaselineOptions
  @OptionGroup var own: CheckOptions
  @OptionGroup var bounds: BoundOptions
  @Option(help: "text, json or junit (what Jenkins reads).")
  var format: Format = .text
  @Option(help: ArgumentHelp("Write the report to this file instead of standard output.", valueName: "file"))
  var output: String?

  func run() async throws {
    let assignment = Assignment(specification: try specification(), secrets: try keys.secrets())
    let destination = try ReportDestination(path: output)
    let progress = ProgressPrinter(isLive: Terminal.isLive(STDERR_FILENO))
    let keeper = BaselineKeeper(passing: progress)
    let report = await LocalRun.carryOut(assignment, events: keeper)
    progress.finish()
    try past.save(keeper.baseline, report)
    try write(report, to: destination)
    throw ArgumentParser.ExitCode(ProofbackCore.ExitCode(report.verdict).rawValue)
  }

  /// What is wrong with location or pattern is wrong with the command line.
  func validate() throws {
    do {
      _ = try SourceCatalogue.parse(bucket.location(location), pattern: what.file)
    } catch let trouble as RunTrouble where SourceFindings.usageErrors.contains(trouble.finding.code) {
      let hint = trouble.finding.hint.isEmpty ? "" : "\nnext: \(trouble.finding.hint)"
      throw ValidationError(trouble.finding.message + hint)
    }
  }

  private func specification() throws -> RunSpecification {
    var specification = RunSpecification(
      runID: LocalRun.newID(), location: try bucket.location(location),
      stateFolder: bounds.stateFolder ?? Composition.stateFolder)
    try what.fill(&specification)
    try past.fill(&specification)
    try own.fill(&specification)
    try bounds.fill(&specification)
    return specification
  }

  private var textReport: TextReport {
    let descriptor = output == nil ? STDOUT_FILENO : -1
    return TextReport(width: Terminal.width(descriptor), paint: Terminal.paint(for: descriptor))
  }

  /// A report that can't be written takes nothing from the verdict.
  private func write(_ report: RunReport, to destination: ReportDestination) throws {
    let text =
      switch format {
      case .text: textReport.render(report)
      case .json: try JSONReport.render(report)
      case .junit: JUnitReport.render(report)
      }
    destination.write(text)
  }
}
