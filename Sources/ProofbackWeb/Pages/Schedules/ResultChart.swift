import Foundation
import ProofbackCore

/// Durations or sizes of the last results as bars, in the coordinates of an SVG picture.
struct ResultChart: Hashable, Sendable {
  struct Bar: Hashable, Sendable {
    var x: Int
    var y: Int
    var height: Int
    var mark: String
    var text: String
  }

  static let width = 720
  static let height = 80

  var title: String
  /// For who does not see the bars; the table below has every value.
  var summary: String
  var bars: [Bar]
  var barWidth: Int

  /// - Parameters:
  ///   - runs: the newest first.
  ///   - value: nil where a run has none.
  init?(_ title: String, _ runs: [RunRecord], value: (RunRecord) -> Double?, text: (Double) -> String) {
    let results = runs.filter { $0.state == .ended }.prefix(90).reversed().compactMap { run in
      value(run).map { (run, $0) }
    }
    guard results.count > 1, let least = results.map(\.1).min(), let most = results.map(\.1).max(), most > 0,
      let last = results.last
    else { return nil }
    let step = Self.width / max(results.count, 30)
    self.title = title
    barWidth = step - 2
    summary =
      "\(least == most ? "always \(text(most))" : "from \(text(least)) to \(text(most))"), the last one \(text(last.1))"
    bars = results.enumerated().map { index, result in
      // One that is there is seen, however small.
      let height = max(2, Int(result.1 / most * Double(Self.height)))
      let state = ProofState(result.0)
      return Bar(
        x: index * step, y: Self.height - height, height: height, mark: state.mark,
        text: "\(ZonedTime.text(result.0.ended ?? result.0.requested, "UTC")) UTC: \(text(result.1)), \(state.word)")
    }
  }

  static func all(_ runs: [RunRecord]) -> [ResultChart] {
    [
      ResultChart("Duration", runs, value: \.seconds, text: Quantity.text(seconds:)),
      ResultChart("Size of the file", runs, value: { $0.fileSize.map(Double.init) }) {
        Quantity.text(bytes: UInt64(max(0, $0)))
      },
    ].compactMap { $0 }
  }
}
