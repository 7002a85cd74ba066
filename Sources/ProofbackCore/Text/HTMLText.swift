/// Text of others as HTML, within an element or a quoted attribute: for what is made without a template, and for long texts,
/// of which templates look at each character where bytes are enough.
public enum HTMLText {
  private static let escapes: [UInt8: String.UTF8View] = [
    UInt8(ascii: "&"): "&amp;".utf8, UInt8(ascii: "<"): "&lt;".utf8, UInt8(ascii: ">"): "&gt;".utf8,
    UInt8(ascii: "\""): "&quot;".utf8, UInt8(ascii: "'"): "&#39;".utf8,
  ]

  public static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 64)
    for byte in text.utf8 {
      // All that have to be escaped are below the letters.
      if byte <= UInt8(ascii: ">"), let escape = escapes[byte] {
        bytes.append(contentsOf: escape)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
