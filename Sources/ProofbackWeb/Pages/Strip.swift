import ProofbackCore

/// The last results of a backup as a strip of shapes, ready to be put into a page with `{{{ }}}`: templates are slow where
/// a page has some thousand of them. All text in it is ours.
enum Strip {
  /// - Parameter results: the newest first; the newest is shown last.
  static func html(_ results: some Collection<Verdict>, most: Int) -> String {
    var html = ""
    html.reserveCapacity(most * 32)
    for result in results.prefix(most).reversed() {
      html += "<i class=\"state \(ProofState(result).mark)\"></i>"
    }
    return html
  }

  /// For who does not see it: `28 proven, 2 bad, the last one proven`.
  /// - Parameter states: the newest first.
  static func text(_ states: some Collection<ProofState>) -> String {
    let counts = [ProofState.proven, .bad, .unsure].compactMap { state -> String? in
      let count = states.count { $0 == state }
      return count == 0 ? nil : "\(count) \(state.word)"
    }
    return (counts + (states.first.map { ["the last one \($0.word)"] } ?? [])).joined(separator: ", ")
  }
}
