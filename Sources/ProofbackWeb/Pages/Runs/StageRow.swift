import ProofbackCore
import ProofbackServer

/// A stage with its time, as a bar too, and its bytes.
struct StageRow: Sendable {
  var name: String
  var time: String
  var bytes: String
  var rate: String
  /// Of the longest stage, in thousandths: the length of the bar.
  var share: Int

  init(_ record: StageRecord, longest: Double) {
    name = record.name.rawValue
    time = Quantity.text(seconds: record.seconds)
    bytes = record.bytes == 0 ? "" : Quantity.text(bytes: record.bytes)
    // Of a moment, a rate says nothing.
    let isMeasured = record.bytes > 0 && record.seconds >= 0.01
    rate = isMeasured ? "\(Quantity.text(bytes: UInt64(Double(record.bytes) / record.seconds)))/s" : ""
    share = longest > 0 ? max(2, Int(record.seconds / longest * 1000)) : 2
  }

  static func all(_ records: [StageRecord]) -> [StageRow] {
    let longest = records.map(\.seconds).max() ?? 0
    return records.map { StageRow($0, longest: longest) }
  }
}

/// A stage of a run that goes on: done, going on, or to come.
struct TrackStep: Sendable {
  var name: String
  var state: String

  static func all(_ position: RunWatch.Position?) -> [TrackStep] {
    let done = Set((position?.done ?? []).map(\.name))
    // Stages before the one that began last go on beside it, until they are done.
    let begun = position?.stage.flatMap(Stage.allCases.firstIndex(of:)) ?? -1
    return Stage.allCases.enumerated().map { index, stage in
      TrackStep(name: stage.rawValue, state: done.contains(stage) ? "done" : index <= begun ? "now" : "later")
    }
  }
}
