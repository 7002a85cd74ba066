import ProofbackCore
import ProofbackServer

/// A stage with its time, as a bar too, and its bytes.
struct StageRow: Sendable {
  var name: String
  var time: String
  var bytes: String
  var rate: String
  /// Where its bar begins and how long it is, in thousandths of the run's time. Without known beginnings bars begin at
  /// zero, and are parts of the longest stage.
  var start: Int
  var share: Int

  init(_ record: StageRecord, total: Double) {
    name = record.name.rawValue
    time = Quantity.text(seconds: record.seconds)
    bytes = record.bytes == 0 ? "" : Quantity.text(bytes: record.bytes)
    // Of a moment, a rate says nothing.
    let isMeasured = record.bytes > 0 && record.seconds >= 0.01
    rate = isMeasured ? "\(Quantity.text(bytes: UInt64(Double(record.bytes) / record.seconds)))/s" : ""
    share = total > 0 ? min(1000, max(4, Int(record.seconds / total * 1000))) : 4
    start = total > 0 ? min(1000 - share, Int((record.begun ?? 0) / total * 1000)) : 0
  }

  static func all(_ records: [StageRecord]) -> [StageRow] {
    let isTimed = records.allSatisfy { $0.begun != nil }
    let total = records.map { $0.seconds + (isTimed ? $0.begun ?? 0 : 0) }.max() ?? 0
    return records.map { record in
      var record = record
      if !isTimed { record.begun = nil }
      return StageRow(record, total: total)
    }
  }
}

/// A stage of a run that goes on: done, going on, or to come.
struct TrackStep: Sendable {
  var name: String
  var state: String

  static func all(_ position: RunWatch.Position?) -> [TrackStep] {
    let done = Set((position?.done ?? []).map(\.name))
    return Stage.allCases.map { stage in
      let isOn = position?.begun.contains(stage) ?? false
      return TrackStep(name: stage.rawValue, state: done.contains(stage) ? "done" : isOn ? "now" : "later")
    }
  }
}
