import Crypto
import Foundation

/// Codes by time (RFC 6238) with what every authenticator program knows: HMAC-SHA-1, six digits, thirty seconds.
struct TimeCode: Sendable {
  let secret: Data
  var digits = 6

  static let seconds = 30.0

  static func step(at date: Date) -> Int64 { Int64((date.timeIntervalSince1970 / seconds).rounded(.down)) }

  /// RFC 4226, section 5.3.
  func code(step: Int64) -> String {
    let message = withUnsafeBytes(of: step.bigEndian) { Data($0) }
    let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: SymmetricKey(data: secret)))
    let offset = Int(hash[19] & 0x0F)
    let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let text = String(UInt64(number) % (0..<digits).reduce(UInt64(1)) { product, _ in product * 10 })
    return String(repeating: "0", count: digits - text.count) + text
  }

  /// The step that has this code: now, or one before or after, for clocks differ.
  func step(of code: String, at date: Date) -> Int64? {
    let now = Self.step(at: date)
    return [now, now - 1, now + 1].first { self.code(step: $0) == code }
  }
}

/// RFC 4648, section 6, without padding.
enum Base32 {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

  static func text(_ bytes: Data) -> String {
    var text = ""
    var bits: UInt32 = 0
    var count = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 5 {
        count -= 5
        text.append(letters[Int(bits >> UInt32(count) & 31)])
      }
      bits &= 0xFF
    }
    if count > 0 { text.append(letters[Int(bits << UInt32(5 - count) & 31)]) }
    return text
  }
}
