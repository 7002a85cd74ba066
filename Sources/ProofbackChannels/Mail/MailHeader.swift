import Foundation

/// Header fields with text of others in them.
enum MailHeader {
  /// Short printable ASCII stands as it is; all else as encoded words (RFC 2047), one a line.
  static func unstructured(_ name: String, _ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { (32..<127).contains($0) }
    if isPlain, name.utf8.count + text.utf8.count <= 74, !text.contains("=?") { return "\(name): \(text)" }
    return "\(name): "
      + words(text).map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
  }

  /// Pieces of at most 42 bytes, none of which parts a character: with its frame a word is at most 68 long.
  private static func words(_ text: String) -> [String] {
    var words = [""]
    for scalar in text.unicodeScalars {
      if words[words.count - 1].utf8.count + UTF8.width(scalar) > 42 { words.append("") }
      words[words.count - 1].unicodeScalars.append(scalar)
    }
    return words
  }
}
