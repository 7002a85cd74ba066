import ProofbackCore

/// The last results of a backup as a strip of links, ready to be put into a page with `{{{ }}}`: templates are slow where
/// a page has some thousand of them. Ids are letters and digits, all other text is ours.
enum Strip {
  /// - Parameter results: the newest first; the newest is shown last.
  static func html(_ results: some Collection<Standing.Result>, most: Int) -> String {
    var html = ""
    html.reserveCapacity(most * 96)
    for result in results.prefix(most).reversed() where isPlain(result.run) {
      let state = ProofState(result.verdict)
      html += "<a class=\"state \(state.mark)\" href=\"/runs/"
      html += result.run
      html += "\"><span class=\"unseen\">\(state.word)</span></a>"
    }
    return html
  }

  private static func isPlain(_ id: String) -> Bool {
    id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) }
  }
}
