import Foundation

/// How S3 writes bytes and times.
enum S3Text {
  /// As Signature Version 4 wants it: all but letters, digits and `-._~` as `%41`
  /// (docs.aws.amazon.com, "Create a signed AWS API request").
  static func encoded(_ bytes: some Sequence<UInt8>, keeping kept: String = "") -> String {
    let plain = Set("-._~\(kept)".utf8)
    var result: [UInt8] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        result.append(byte)
      case _ where plain.contains(byte): result.append(byte)
      default: result += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static let hexadecimal = Array("0123456789ABCDEF".utf8)

  /// What `encoding-type=url` made of a key: as in forms, a `+` is a space.
  /// - Returns: nil when it is malformed.
  static func decoded(_ bytes: [UInt8]) -> [UInt8]? {
    RawPath(written: String(decoding: bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }, as: UTF8.self))?
      .bytes
  }

  /// Of a listing: `2026-11-26T20:05:57.000Z`.
  static func time(_ bytes: [UInt8]) -> Date? {
    let text = String(decoding: bytes, as: UTF8.self)
    return (try? Date(text, strategy: .iso8601.time(includingFractionalSeconds: true)))
      ?? (try? Date(text, strategy: .iso8601))
  }
}
