/// A long text of others as HTML, to be put into a page with `{{{ }}}`: templates look at each character of a text, here
/// bytes are enough.
enum EscapedText {
  private static let escapes: [UInt8: String.UTF8View] = [
    UInt8(ascii: "&"): "&amp;".utf8, UInt8(ascii: "<"): "&lt;".utf8, UInt8(ascii: ">"): "&gt;".utf8,
    UInt8(ascii: "\""): "&quot;".utf8, UInt8(ascii: "'"): "&#39;".utf8,
  ]

  static func html(_ text: String) -> String {
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
