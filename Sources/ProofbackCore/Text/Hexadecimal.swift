/// Bytes as two lower-case digits each.
public enum Hexadecimal {
  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Whether a text is so many bytes, written so.
  public static func isText(_ text: String, bytes: Int) -> Bool {
    text.utf8.count == bytes * 2
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
