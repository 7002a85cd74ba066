/// A report as JUnit XML, in the form that Jenkins reads: a suite per run, a case per finding. A bad backup is a
/// `failure`, a test that could not be made an `error`.
public enum JUnitReport {
  public static func render(_ report: RunReport) -> String {
    let cases = cases(report)
    let failures = cases.count { $0.kind == .failed }
    let errors = cases.count { $0.kind == .inconclusive }
    var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
    lines.append(
      "<testsuite name=\"proofback \(escaped(report.source?.name ?? "backup"))\" tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\" time=\"\(report.seconds)\" timestamp=\"\(report.started.ISO8601Format())\">"
    )
    for item in cases { lines += item.lines }
    lines.append("  <system-out>\(escaped(report.sentence))</system-out>")
    lines.append("</testsuite>")
    return lines.joined(separator: "\n") + "\n"
  }

  private struct Case {
    var kind: Consequence
    var lines: [String]
  }

  private static func cases(_ report: RunReport) -> [Case] {
    let others = report.findings.map(render)
    return [verdict(report, isExplained: others.contains { $0.kind == .failed || $0.kind == .inconclusive })] + others
  }

  /// A case of the same name in every run. It is not green when the run is not, also where no finding says why.
  private static func verdict(_ report: RunReport, isExplained: Bool) -> Case {
    let head = "  <testcase classname=\"proofback.run\" name=\"verdict\" time=\"\(report.seconds)\""
    let text = "\(report.verdict.rawValue): \(report.sentence)"
    if report.verdict == .passed || isExplained {
      return Case(kind: .none, lines: [head + ">", "    <system-out>\(escaped(text))</system-out>", "  </testcase>"])
    }
    let element = report.verdict == .failed ? "failure" : "error"
    return Case(
      kind: report.verdict == .failed ? .failed : .inconclusive,
      lines: [head + ">", "    <\(element) message=\"\(escaped(text))\"/>", "  </testcase>"])
  }

  private static func render(_ finding: Finding) -> Case {
    let head = "  <testcase classname=\"proofback.finding\" name=\"\(escaped(finding.code.rawValue))\">"
    let text = escaped(
      ([finding.message] + finding.evidence + (finding.hint.isEmpty ? [] : ["hint: \(finding.hint)"])).joined(
        separator: "\n"))
    let body =
      switch finding.consequence {
      case .failed: "    <failure message=\"\(escaped(finding.message))\">\(text)</failure>"
      case .inconclusive: "    <error message=\"\(escaped(finding.message))\">\(text)</error>"
      case .warning, .none: "    <system-out>\(text)</system-out>"
      }
    return Case(kind: finding.consequence, lines: [head, body, "  </testcase>"])
  }

  /// XML 1.0 has no way to write most control characters; findings escape them already, and what is left is dropped.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "&#10;"
      default:
        if scalar.value >= 0x20, scalar.value != 0xFFFE, scalar.value != 0xFFFF { result.unicodeScalars.append(scalar) }
      }
    }
    return result
  }
}
