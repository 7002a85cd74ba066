/// Whatever comes from a dump, a tool, a file name or a worker: capped in length, control characters escaped.
public enum UntrustedText {
  /// `text` on one line: C0, DEL, C1, bidirectional and line-separating characters written as `\u{…}`,
  /// at most `limit` characters.
  public static func line(_ text: some StringProtocol, limit: Int = 200) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count >= limit {
        result += "…"
        break
      }
      if isHarmful(scalar) {
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        result.unicodeScalars.append(scalar)
      }
      count += 1
    }
    return result
  }

  /// Bytes read as UTF-8 (repaired), as one line.
  public static func line(bytes: some Sequence<UInt8>, limit: Int = 200) -> String {
    line(String(decoding: Array(bytes.prefix(limit * 4)), as: UTF8.self), limit: limit)
  }

  /// `text` as `line`, but only capped and escaped where it needs it.
  static func capped(_ text: String, at limit: Int) -> String {
    if text.utf8.count <= limit && !text.unicodeScalars.contains(where: isHarmful) { return text }
    return line(text, limit: limit)
  }

  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xE0000...0xE007F: true
    default: false
    }
  }
}
