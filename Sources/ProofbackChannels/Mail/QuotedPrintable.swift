/// Text in ASCII lines of at most 76 characters (RFC 2045, 6.7).
enum QuotedPrintable {
  static func encode(_ text: String) -> String {
    text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map(line)
      .joined(separator: "\r\n")
  }

  private static func line(_ text: Substring) -> String {
    var lines = [""]
    let bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() {
      let piece = piece(byte, isLast: index == bytes.count - 1)
      // Room for the mark of a line that goes on.
      if lines[lines.count - 1].utf8.count + piece.utf8.count > 75 {
        lines[lines.count - 1] += "="
        lines.append("")
      }
      lines[lines.count - 1] += piece
    }
    return lines.joined(separator: "\r\n")
  }

  private static func piece(_ byte: UInt8, isLast: Bool) -> String {
    let isPlain = (33...126).contains(byte) && byte != UInt8(ascii: "=") || byte == 32 && !isLast
    if isPlain { return String(UnicodeScalar(byte)) }
    return "=" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}
