import ProofbackCore

/// Messages of a server quote rows (`E11000 duplicate key error … dup key: { email: "alice@…" }`). What leaves the
/// sandbox keeps only the fixed text around such values.
enum ServerMessage {
  private static let delimiters: Set<Character> = ["\"", "'", "`", "{", "}", "[", "]", "(", ")", "“", "”", "‘", "’"]

  /// From the first to the last quote, brace or bracket everything becomes its length: a value may hold quotes itself,
  /// so pairing them up would be guessing. What is left and looks like no word becomes its length as well.
  static func redacted(_ message: String) -> String {
    let text = Substring(message.prefix(4096))
    guard let first = text.firstIndex(where: delimiters.contains),
      let last = text.lastIndex(where: delimiters.contains)
    else { return UntrustedText.line(words(text), limit: 300) }
    let hidden = text[first...last].utf8.count
    let shown = words(text[..<first]) + "<\(hidden) bytes>" + words(text[text.index(after: last)...])
    return UntrustedText.line(shown, limit: 300)
  }

  private static func words(_ text: Substring) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      isFixedText(word) ? String(word) : "<\(word.utf8.count) bytes>"
    }.joined(separator: " ")
  }

  /// Words of messages, codes, and dotted names of collections and indexes. Longer digits, addresses and other
  /// scripts are somebody's data.
  private static func isFixedText(_ word: Substring) -> Bool {
    let digits = word.utf8.count { (0x30...0x39).contains($0) }
    return word.utf8.count <= 64 && digits <= 5
      && word.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || ".,:;_-/".utf8.contains(byte)
      }
  }
}
