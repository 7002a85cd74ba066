import Foundation
import ProofbackCore

/// A schedule of the API as the terminal shows it: times in its own zone, its last result in words.
struct ScheduleText {
  let item: JSON

  var last: String { (item["lastRun"]?["verdict"]?.text).flatMap(Verdict.init)?.spoken ?? "never tested" }
  var proven: String { item["lastProven"].map { time($0) } ?? "never" }
  var next: String { item["paused"] == nil ? item["next"].map { time($0) } ?? "never" : "stopped" }

  /// All of it, for `show`.
  var fields: JSON {
    guard case .object(var fields) = item else { return item }
    for name in ["created", "paused", "next", "lastProven"] { fields[name] = fields[name].map { .text(time($0)) } }
    fields["nextTimes"] = fields["nextTimes"].map { .list($0.items.map { .text(time($0)) }) }
    let run = item["lastRun"]
    fields["lastRun"] = .text(
      [last, run?["ended"].map { time($0) } ?? "", run.map { "run \($0["run"]?.text ?? "")" } ?? ""]
        .filter { !$0.isEmpty }.joined(separator: ", "))
    fields["baseline"] = .text(
      item["baseline"].map {
        "\($0["time"].map { time($0) } ?? ""), \($0["tables"]?.text ?? "") tables, run \($0["run"]?.text ?? "")"
      } ?? "none yet: the next passed run begins one")
    fields["lastProven"] = .text(proven)
    return .object(fields)
  }

  /// `2026-11-27 03:15`, in the schedule's zone.
  private func time(_ value: JSON) -> String {
    guard let date = try? Date(value.text, strategy: .iso8601) else { return value.text }
    let zone = TimeZone(identifier: item["timeZone"]?.text ?? "") ?? .gmt
    let style = Date.ISO8601FormatStyle(timeZone: zone).year().month().day().dateSeparator(.dash)
      .dateTimeSeparator(.space).time(includingFractionalSeconds: false)
    return String(date.formatted(style).prefix(16))
  }
}
