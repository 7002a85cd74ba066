import Foundation
import ProofbackCore

/// One result in a strip of links: a shape beside the colour.
struct StripMark: Hashable, Sendable {
  var mark: String
  var word: String
  var id: String
  var zoned: String

  init(_ run: RunRecord, zone: String) {
    let state = ProofState(run)
    (mark, word, id) = (state.mark, state.word, run.id)
    zoned = "\(ZonedTime.text(run.ended ?? run.requested, zone)) \(zone)"
  }
}
