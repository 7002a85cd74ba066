import Foundation
import ProofbackCore

/// Sees a backup job that writes the same bytes again. Outside of the corpus: a `cp -n` in a script that, from the day on
/// which the disk was full, copied last week's archive under each new day's name.
struct SameFile: BaselineRule {
  func findings(_ context: BaselineContext) -> [Finding] {
    guard let before = context.baseline.newest.source, let now = context.source, let hash = before.sha256,
      now.sha256 == hash
    else { return [] }
    let isSameFile = before.path == now.path && before.modified == now.modified
    let what = "the file is byte for byte the one of the run of \(context.runText)"
    if isSameFile { return [BaselineFindings.sameFileAgain.finding(what)] }
    // A dump of data that stands still may come out the same, where its format holds no date.
    let changes = StoppedData.expectedRows(context.pairs(), context)
    if context.dumpedAt == nil, changes < StoppedData.fewestRows {
      return [BaselineFindings.sameFileAgain.finding("\(what), under another name or date")]
    }
    return [
      BaselineFindings.sameFile.finding(
        what, evidence: ["then \(UntrustedText.line(before.name)), now \(UntrustedText.line(now.name))"])
    ]
  }
}
