import Foundation
import ProofbackCore
import ProofbackRestore

/// What became of one damage.
struct DrillResult: Encodable {
  enum Outcome: String, Encodable {
    case caught, warned
    case untold = "could not tell"
    case missed
  }
  var damage: String
  var outcome: Outcome
  var code: String?
  var message: String?
  /// Of what was missed: why, and what to do.
  var otherwise: String?

  init(_ item: DrillCase, _ report: RunReport) {
    damage = item.what
    let warning = report.findings.first { $0.consequence == .warning }
    switch report.verdict {
    case .failed: outcome = .caught
    case .inconclusive: outcome = .untold
    case .passed: outcome = warning == nil ? .missed : .warned
    }
    code = report.cause?.rawValue ?? warning?.code.rawValue
    message = report.causeFinding?.message ?? warning?.message
    otherwise = outcome == .missed || outcome == .warned ? item.otherwise : nil
  }
}

/// A drill as a table, or as JSON.
struct DrillReport {
  private let results: [DrillResult]
  init(_ results: [DrillResult]) { self.results = results }

  func render(_ format: DrillCommand.Format) throws -> String {
    guard format == .text else {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(results), as: UTF8.self) + "\n"
    }
    let caught = results.filter { $0.outcome == .caught || $0.outcome == .untold }
    var lines = ["", "  What if …", ""]
    let column = min(66, (results.map(\.damage.count).max() ?? 20))
    for result in results {
      let damage = result.damage.padding(toLength: column, withPad: " ", startingAt: 0)
      lines.append("  \(Self.mark(result.outcome)) \(damage)  \(result.code ?? "nothing noticed it")")
    }
    lines += ["", "  \(caught.count) of \(results.count) would be noticed."]
    let others = results.filter { $0.otherwise != nil }
    if !others.isEmpty { lines += ["", "  Not, or by a warning only:"] }
    for result in others {
      lines += TextReport(width: 98).wrapped("  · \(result.damage): \(result.otherwise ?? "")", indent: 4)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func mark(_ outcome: DrillResult.Outcome) -> String {
    switch outcome {
    case .caught: "✓"
    case .untold: "▲"
    case .warned: "!"
    case .missed: "✕"
    }
  }
}
