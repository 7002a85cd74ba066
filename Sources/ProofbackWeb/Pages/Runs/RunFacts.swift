import Foundation
import ProofbackCore

/// What is known of a run beside its result.
enum RunFacts {
  /// - Parameter onPaper: what is read any time later has no `3 hours ago`.
  static func all(_ material: RunMaterial, onPaper: Bool) -> [RunContent.Fact] {
    let (run, report) = (material.run, material.report)
    func time(_ date: Date) -> String {
      let moment = Moment(date, now: material.now)
      return onPaper ? moment.zoned : "\(moment.ago) (\(moment.zoned))"
    }
    var facts: [RunContent.Fact] = []
    func add(_ name: String, _ value: String?) { if let value { facts.append(.init(name: name, value: value)) } }
    add("Location", UntrustedText.line(run.location, limit: 400))
    add("Pattern", material.pattern.map { UntrustedText.line($0, limit: 200) })
    if let source = report?.source {
      add(
        "File",
        UntrustedText.line(source.name, limit: 200) + (source.size.map { ", \(Quantity.text(bytes: $0))" } ?? ""))
      add("Written", source.modified.map { time($0) })
      add("SHA-256", source.sha256)
    }
    if let layers = report?.layers, !layers.isEmpty { add("Layers", layers.joined(separator: ", ")) }
    add("Restored into", report?.engine.map { "\($0.product) \($0.version)" })
    add("Dumped by", report?.inventory?.dumpTool.map { UntrustedText.line($0, limit: 120) })
    add("Dumped from", report?.inventory?.dumpServer.map { UntrustedText.line($0, limit: 120) })
    add("Sandbox", report?.sandbox?.kind)
    add("Took", report.map { Quantity.text(seconds: $0.seconds) })
    add("Machine", run.machine)
    add("Cost", run.cost.map(Self.cost))
    add(
      "Asked for",
      "\(time(run.requested)), by \(material.asker.map { UntrustedText.line($0, limit: 100) } ?? "its schedule")")
    if run.restoreTest != nil, material.schedule == nil { add("Schedule", "was deleted") }
    add("Was due", run.due.map { time($0) })
    add("Dismissed", run.dismissed.map { time($0) })
    add("Late", run.late.map { "by \(Quantity.text(seconds: $0))" })
    return facts
  }

  private static func cost(_ cost: RunCost) -> String {
    "about \(Quantity.text(dollars: cost.dollars)), \(Quantity.text(seconds: cost.seconds)) by the price list"
  }
}
