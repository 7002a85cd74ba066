import Foundation
import ProofbackCore

/// "12 of 14 backups were proven in the last 24 hours. 1 is bad."
enum HomeSentence {
  static func text(_ tally: StandingTally) -> String {
    guard tally.all > tally.never else { return "No backup has been tested yet." }
    var sentences = [
      "\(tally.proven) of \(Quantity.text(tally.all, "backup")) \(tally.proven == 1 ? "was" : "were") proven in the last 24 hours."
    ]
    func add(_ count: Int, _ one: String, _ several: String, _ what: String) {
      if count > 0 { sentences.append("\(count) \(count == 1 ? one : several) \(what).") }
    }
    add(tally.bad, "is", "are", "bad")
    if tally.unsure > 0 { sentences.append("Of \(tally.unsure) we could not tell.") }
    add(tally.provenBefore, "was", "were", "proven longer ago")
    add(tally.never, "has", "have", "never been tested")
    return sentences.joined(separator: " ")
  }
}
