import Foundation
import ProofbackCore

/// What the server counts, in Prometheus's text format 0.0.4.
enum Metrics {
  static func text(_ all: RunStatistics, now: Date) -> String {
    var lines: [String] = []
    func family(
      _ name: String, _ type: String, _ help: String, _ samples: [(labels: [(String, String)], value: Double)]
    ) {
      lines.append("# HELP \(name) \(help)")
      lines.append("# TYPE \(name) \(type)")
      for sample in samples { lines.append("\(name)\(labels(sample.labels)) \(number(sample.value))") }
    }
    family(
      "proofback_runs_total", "counter", "Runs that ended, by verdict.",
      Verdict.allCases.map { ([("verdict", $0.rawValue)], Double(all.ended[$0] ?? 0)) })
    family(
      "proofback_last_proof_age_seconds", "gauge", "Seconds since a restore test was last proven; +Inf: never.",
      all.proofs.map { proof in
        (
          [("id", proof.restoreTest), ("name", proof.name)],
          proof.proven.map { max(0, now.timeIntervalSince($0)) } ?? .infinity
        )
      })
    let stages = all.stages.sorted { $0.stage.rawValue < $1.stage.rawValue }
    family(
      "proofback_stage_seconds_total", "counter", "Seconds that stages took, over all runs.",
      stages.map { ([("stage", $0.stage.rawValue)], $0.seconds) })
    family(
      "proofback_stage_bytes_total", "counter", "Bytes that came out of stages, over all runs.",
      stages.map { ([("stage", $0.stage.rawValue)], Double($0.bytes)) })
    family(
      "proofback_stage_runs_total", "counter", "Runs that came to a stage.",
      stages.map { ([("stage", $0.stage.rawValue)], Double($0.runs)) })
    family("proofback_running_runs", "gauge", "Runs that go on now.", [([], Double(all.running))])
    family("proofback_waiting_runs", "gauge", "Runs that wait for their turn.", [([], Double(all.waiting))])
    family(
      "proofback_longest_wait_seconds", "gauge", "How long the oldest waiting run has waited.",
      [([], all.longestWaiting.map { max(0, now.timeIntervalSince($0)) } ?? 0)])
    return lines.joined(separator: "\n") + "\n"
  }

  private static func labels(_ labels: [(String, String)]) -> String {
    labels.isEmpty ? "" : "{" + labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",") + "}"
  }

  /// Backslash, quote and line end are all that the format escapes.
  static func escaped(_ value: String) -> String {
    // Few names have any of them, and a scrape has a thousand names.
    guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return value }
    return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  private static func number(_ value: Double) -> String {
    if value == .infinity { return "+Inf" }
    return value == value.rounded() && abs(value) < 9e15 ? String(Int64(value)) : String(value)
  }
}
