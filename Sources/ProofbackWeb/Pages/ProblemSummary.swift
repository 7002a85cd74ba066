import ProofbackCore

/// Makes a form that was refused say so where the page begins: problems stand beside their fields, which may be far down.
enum ProblemSummary {
  private static let mark = "<p class=\"problem\">"
  private static let main = "<main id=\"main\">"

  /// A page without problems beside fields stays as it is.
  static func added(to html: String) -> String {
    let bytes = html.utf8
    guard let main = bytes.firstRange(of: main.utf8), let first = bytes.firstRange(of: mark.utf8),
      main.upperBound <= first.lowerBound
    else { return html }
    let count = count(bytes[first.lowerBound...])
    let what = count == 1 ? "one thing in the form is" : "\(count) things in the form are"
    let note = "<p class=\"note\" role=\"alert\">Nothing was done: <a href=\"#problem\">\(what) not right</a>.</p>"
    return html[..<main.upperBound] + note + html[main.upperBound..<first.lowerBound]
      + "<p id=\"problem\" class=\"problem\">" + html[first.upperBound...]
  }

  private static func count(_ text: Substring.UTF8View) -> Int {
    var (count, rest) = (0, text)
    while let found = rest.firstRange(of: mark.utf8) {
      count += 1
      rest = rest[found.upperBound...]
    }
    return count
  }
}
