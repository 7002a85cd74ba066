import ProofbackCore

/// The last results of a backup as a strip of links, ready to be put into a page with `{{{ }}}`: templates are slow where
/// a page has some thousand of them. Ids are letters and digits, all other text is ours.
enum Strip {
  /// - Parameter results: the newest first; the newest is shown last.
  static func html(_ results: some Collection<Standing.Result>, most: Int) -> String {
    var html = ""
    html.reserveCapacity(most * 96)
    for result in results.prefix(most).reversed() {
      let state = ProofState(result.verdict)
      html += "<a class=\"state \(state.mark)\" href=\"/runs/"
      html += result.run.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
      html += "\"><span class=\"unseen\">\(state.word)</span></a>"
    }
    return html
  }
}
