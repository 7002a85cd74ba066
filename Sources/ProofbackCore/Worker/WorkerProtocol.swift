import Foundation

/// How a worker and whoever launched it talk: one JSON object a line. In: the assignment; the stream then stays open, and
/// its end or the line `cancel` asks the worker to end. Out: events, the last one `.ended`.
public enum WorkerProtocol {
  public static let cancelLine = "cancel\n"
  /// Longest event line, bytes.
  public static let longestEvent = 1 << 20
  /// Longest line with the report, bytes: databases may have very many tables.
  public static let longestReport = 64 << 20
  /// Longest assignment, bytes: it carries keys.
  public static let longestAssignment = 64 << 20
  /// Events that a launcher passes on of one run.
  public static let mostEvents = 100_000

  /// `assignment` as one line, its end included.
  public static func line(_ assignment: Assignment) throws -> [UInt8] { try encoded(assignment) }

  private static func encoded(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  /// `event` as a line that a launcher takes; nil when it is longer. A report is never dropped: one that is too long
  /// comes without its inventory, and says so.
  public static func line(_ event: RunEvent) -> [UInt8]? {
    guard case .ended(let report) = event else {
      let longest = if case .measured = event { longestReport } else { longestEvent }
      return (try? encoded(event)).flatMap { $0.count <= longest ? $0 : nil }
    }
    if let whole = try? encoded(event), whole.count <= longestReport { return whole }
    var short = report
    short.findings.append(
      WorkerFindings.reportCut.finding(
        "the inventory of \(Quantity.text(report.inventory?.tables.count ?? 0, "table")) is too long to be reported"))
    short.inventory = nil
    return try? encoded(RunEvent.ended(short))
  }

  public static func event(_ line: [UInt8]) -> RunEvent? {
    try? JSONDecoder().decode(RunEvent.self, from: Data(line))
  }

  public static func assignment(_ line: [UInt8]) throws -> Assignment {
    try JSONDecoder().decode(Assignment.self, from: Data(line))
  }
}
