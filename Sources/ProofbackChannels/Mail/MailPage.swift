import ProofbackCore

/// A notice as HTML for mail: text alone, nothing is loaded.
enum MailPage {
  static func html(_ notice: Notice) -> String {
    var lines = [
      "<!doctype html>",
      "<html lang=\"en\"><head><meta charset=\"utf-8\"><title>\(HTMLText.escaped(notice.subject))</title></head>",
      "<body style=\"font-family: system-ui, sans-serif; line-height: 1.5; max-width: 600px\">",
      "<p><strong>\(HTMLText.escaped(notice.cause))</strong></p>",
    ]
    if !notice.hint.isEmpty { lines.append("<p>Next: \(HTMLText.escaped(notice.hint))</p>") }
    if !notice.link.isEmpty {
      lines.append("<p><a href=\"\(HTMLText.escaped(notice.link))\">\(HTMLText.escaped(notice.link))</a></p>")
    }
    if !notice.facts.isEmpty {
      lines.append("<table>")
      for fact in notice.facts {
        lines.append(
          "<tr><th scope=\"row\" align=\"left\" valign=\"top\">\(HTMLText.escaped(fact.name))&nbsp;</th><td>\(HTMLText.escaped(fact.value))</td></tr>"
        )
      }
      lines.append("</table>")
    }
    return (lines + ["</body></html>"]).joined(separator: "\n")
  }
}
