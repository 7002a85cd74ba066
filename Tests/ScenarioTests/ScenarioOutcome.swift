import Foundation
import ProofbackCore
import ProofbackSystem

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What a run printed and said, whatever its format.
struct ScenarioOutcome: Sendable {
  var exitCode: Int32?
  var output: String
  var errors: String
  var seconds: Double
  var report: RunReport?
  /// The cause's code as the format shows it.
  var cause: String?
  var runID: String?
  /// Why the output is not what its format promises.
  var malformed: String?

  init(_ outcome: Command.Outcome, seconds: Double, format: Scenario.Format, expectsReport: Bool) {
    if case .exited(let code) = outcome.end { exitCode = code }
    output = outcome.text
    errors = outcome.errorText
    self.seconds = seconds
    guard expectsReport else { return }
    switch format {
    case .json: readJSON()
    case .junit: readJUnit()
    case .text: readText()
    }
  }

  private mutating func readJSON() {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    do {
      let report = try decoder.decode(RunReport.self, from: Data(output.utf8))
      self.report = report
      cause = report.cause?.rawValue
      runID = report.runID
    } catch { malformed = "no JSON report: \(error)" }
  }

  private mutating func readJUnit() {
    let parser = XMLParser(data: Data(output.utf8))
    let suite = JUnitSuite()
    parser.delegate = suite
    guard parser.parse(), suite.cases > 0 else {
      malformed = "no well-formed XML: \(parser.parserError.map { "\($0)" } ?? "no test case")"
      return
    }
    if suite.announced != suite.cases { malformed = "\(suite.announced) cases announced, \(suite.cases) there" }
    cause = suite.firstBad
  }

  private mutating func readText() {
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
    if let long = lines.first(where: { $0.count > 100 }) { malformed = "a line of \(long.count) columns: \(long)" }
    if output.contains("\u{1B}") { malformed = "colours where no terminal is" }
    cause = lines.first { $0.hasPrefix("  code: ") }.map { String($0.dropFirst(8)) }
    runID = output.wholeMatch(of: /.*, run (?<id>run-[0-9a-f-]+)\n?/.dotMatchesNewlines()).map { String($0.output.id) }
  }
}

/// Reads what Jenkins reads.
private final class JUnitSuite: NSObject, XMLParserDelegate {
  var announced = -1
  var cases = 0
  var firstBad: String?
  private var current: String?

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    switch element {
    case "testsuite": announced = Int(attributes["tests"] ?? "") ?? -1
    case "testcase":
      cases += 1
      current = attributes["name"]
    case "failure", "error": firstBad = firstBad ?? current
    default: break
    }
  }
}
