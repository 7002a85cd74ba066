import ArgumentParser
import Foundation
import ProofbackCore
import ProofbackRestore

/// Drills the drill: the same run again and again, its backup damaged on the way in another way each time.
struct DrillCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drill",
    abstract: "Damage a backup that passes in many ways, and see which of them the checks would notice.",
    discussion: """
      Takes the options of `proofback run`. The backup itself is only read: damages are done to its bytes as they flow past, and nothing
      of them is kept. First it is run as it is; when it passes, once for each damage.

      Exit codes: 0 the drill was carried out, 1 the undamaged backup is bad, 2 it could not be tested.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "A path, ssh://user@host[:port]/path, or s3://bucket/key.")
  var location: String
  @OptionGroup var what: WhatOptions
  @OptionGroup var bucket: BucketOptions
  @OptionGroup var keys: KeyOptions
  @OptionGroup var past: BaselineOptions
  @OptionGroup var own: CheckOptions
  @OptionGroup var bounds: BoundOptions
  @Option(help: "text or json.")
  var format: Format = .text

  func validate() throws {
    guard past.saveBaseline == nil, bounds.keep == nil else {
      throw ValidationError("--save-baseline and --keep are for `proofback run`")
    }
  }

  func run() async throws {
    var specification = RunSpecification(
      runID: LocalRun.newID(), location: try bucket.location(location),
      stateFolder: bounds.stateFolder ?? Composition.stateFolder)
    try what.fill(&specification)
    try past.fill(&specification)
    try own.fill(&specification)
    try bounds.fill(&specification)
    let assignment = Assignment(specification: specification, secrets: try keys.secrets())
    let progress = DrillProgress(isLive: Terminal.isLive(STDERR_FILENO))
    progress.say(DrillCase.control.what)
    let whole = await LocalRun.carryOut(assignment, events: NoEvents())
    guard whole.verdict == .passed else {
      progress.clear()
      print(TextReport(width: Terminal.width(STDOUT_FILENO)).render(whole), terminator: "")
      StandardError.write("the drill needs a backup that passes: nothing was damaged\n")
      throw ArgumentParser.ExitCode(ProofbackCore.ExitCode(whole.verdict).rawValue)
    }
    let basis = DrillBasis(whole, of: specification)
    var results: [DrillResult] = []
    let cases = DrillPlan(whole, of: specification, on: .commandLine).cases
    for (index, item) in cases.enumerated() {
      progress.say("\(index + 1) of \(cases.count): \(item.what)")
      var damaged = assignment
      damaged.specification.runID = LocalRun.newID()
      basis.pin(&damaged.specification)
      item.change.apply(to: &damaged)
      let report = await LocalRun.carryOut(damaged, events: NoEvents())
      if report.cause == RunFindings.cancelled.code { throw ArgumentParser.ExitCode(2) }
      if basis.isOther(report) {
        progress.clear()
        StandardError.write("the backup was changed meanwhile: drill it again\n")
        throw ArgumentParser.ExitCode(2)
      }
      results.append(DrillResult(item, report, basis: basis))
    }
    progress.clear()
    let drill = DrillReport(results)
    print(format == .json ? try drill.json() : drill.text(), terminator: "")
  }
}

/// What is being tried, on a line of standard error that goes.
struct DrillProgress {
  let isLive: Bool
  func say(_ text: String) {
    if isLive { StandardError.write("\r\u{1B}[K" + String(text.prefix(Terminal.width(STDERR_FILENO) - 1))) }
  }
  func clear() {
    if isLive { StandardError.write("\r\u{1B}[K") }
  }
}
