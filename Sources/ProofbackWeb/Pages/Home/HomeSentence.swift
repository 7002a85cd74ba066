import Foundation
import ProofbackCore

/// "12 of 14 backups were proven in the last 24 hours. 1 is bad."
enum HomeSentence {
  /// - Parameters:
  ///   - last: the newest ended run of each backup.
  ///   - untested: schedules without any.
  static func text(_ last: [RunRecord], untested: Int, now: Date) -> String {
    guard !last.isEmpty else { return "No backup has been tested yet." }
    let proven = last.count { $0.verdict == .passed && now.timeIntervalSince($0.ended ?? .distantPast) < 86_400 }
    let bad = last.count { $0.verdict == .failed }
    let unsure = last.count { $0.verdict == .inconclusive }
    let old = last.count { $0.verdict == .passed } - proven
    var sentences = [
      "\(proven) of \(Quantity.text(last.count + untested, "backup")) \(proven == 1 ? "was" : "were") proven in the last 24 hours."
    ]
    if bad > 0 { sentences.append("\(bad) \(bad == 1 ? "is" : "are") bad.") }
    if unsure > 0 { sentences.append("Of \(unsure) we could not tell.") }
    if old > 0 { sentences.append("\(old) \(old == 1 ? "was" : "were") proven longer ago.") }
    if untested > 0 { sentences.append("\(untested) \(untested == 1 ? "has" : "have") never been tested.") }
    return sentences.joined(separator: " ")
  }
}
