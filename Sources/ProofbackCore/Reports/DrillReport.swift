import Foundation

/// A drill as a table for people, at most 100 columns wide, or as JSON.
public struct DrillReport {
  private let results: [DrillResult]
  public init(_ results: [DrillResult]) { self.results = results }

  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(results), as: UTF8.self) + "\n"
  }

  public func text() -> String {
    var lines = ["", "  What if …", ""]
    let column = min(66, results.map(\.damage.count).max() ?? 20)
    for result in results {
      let damage = UntrustedText.line(result.damage).padding(toLength: column, withPad: " ", startingAt: 0)
      lines.append("  \(result.outcome?.shape ?? "·") \(damage)  \(UntrustedText.line(Self.found(result)))")
    }
    lines += [""] + TextReport(width: 98).wrapped("  " + DrillTally(results).sentence, indent: 2)
    let others = results.filter { $0.otherwise != nil }
    if !others.isEmpty { lines += ["", "  Missed, or a warning only:"] }
    for result in others {
      let text = UntrustedText.line("\(result.damage): \(result.otherwise ?? "")", limit: 600)
      lines += TextReport(width: 98).wrapped("  · \(text)", indent: 4)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func found(_ result: DrillResult) -> String {
    switch result.outcome {
    case nil: "not tried"
    case .notApplicable: "does not apply"
    case .missed: "nothing noticed it"
    default: result.code ?? ""
    }
  }
}
