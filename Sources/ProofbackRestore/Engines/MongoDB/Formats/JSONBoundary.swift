/// Finds where a JSON object ends, fed piece by piece, and which fields it has at the top.
struct JSONBoundary {
  /// Brackets and braces open now.
  private(set) var depth = 0
  /// Bytes of the object so far.
  private(set) var length = 0
  private var isInText = false
  private var isEscaped = false
  private var fields = JSONFieldNames()
  var hasIdentifier: Bool { fields.hasIdentifier }

  struct Piece {
    /// Bytes that belong to the object, its last one included.
    var count = 0
    var lineFeeds: UInt64 = 0
    var fault: String?
  }

  /// Deeper than any server takes, and than what libbson converts.
  static let deepest = 200

  /// Goes on over `bytes` to the object's end or theirs. The object's first byte is its brace.
  mutating func advance(over bytes: UnsafeRawBufferPointer) -> Piece {
    var piece = Piece()
    while piece.count < bytes.count {
      let byte = bytes[piece.count]
      piece.count += 1
      length += 1
      if isInText {
        if fields.isInName, isEscaped || byte != UInt8(ascii: "\"") { fields.take(byte) }
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\"") {
          isInText = false
          if let fault = fields.endText() {
            piece.fault = fault
            return piece
          }
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte < 0x20 {
          piece.fault = "has a control character inside a text"
          return piece
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""):
        isInText = true
        fields.beginText(depth)
      case UInt8(ascii: ","): fields.comma(depth)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        if depth == 1 { fields.comma(depth) }
        if depth > Self.deepest {
          piece.fault = "has a document of more than \(Self.deepest) levels"
          return piece
        }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return piece }
      case UInt8(ascii: "\n"): piece.lineFeeds += 1
      case 0..<0x20 where byte != UInt8(ascii: "\t") && byte != UInt8(ascii: "\r"):
        piece.fault = "has a control character"
        return piece
      default: break
      }
    }
    return piece
  }
}
