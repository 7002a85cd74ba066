import Foundation
import ProofbackCore
import ProofbackServer

/// What a check of a location came to, as forms show it.
struct CheckContent: Sendable {
  var mark: String
  var word: String
  var text: String
  var hint: String?

  init(_ outcome: LocationCheck.Outcome, now: Date) {
    switch outcome {
    case .found(let object):
      (mark, word) = ("proven", "found")
      let facts = [
        object.size.map { Quantity.text(bytes: $0) }, object.modified.map { "written \(Ago.text($0, now: now))" },
        object.matches.map { $0 > 1 ? "the newest of \($0) that match" : "the only one that matches" },
      ]
      text = ([object.name] + facts.compactMap { $0 }).joined(separator: ", ")
    case .letIn: (mark, word, text) = ("proven", "reached", "the server lets this key in")
    case .notFound(let finding):
      (mark, word) = finding.consequence == .failed ? ("bad", "not found") : ("unsure", "could not tell")
      text = finding.message
      hint = finding.hint.isEmpty ? nil : FormWords.hint(finding.hint)
    }
  }
}
