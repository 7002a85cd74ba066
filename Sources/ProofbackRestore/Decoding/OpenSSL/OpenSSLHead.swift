import Foundation

/// The head of a container that `openssl enc` made (apps/enc.c): `Salted__` and eight bytes of salt, and that is all that
/// it says; in Base64 with `-a`. Without a salt (`-nosalt`, `-S`) there is no head, and nothing to recognise.
struct OpenSSLHead: Sendable, Equatable {
  static let magic = Array("Salted__".utf8)
  private static let encoded = Array("U2FsdGVkX1".utf8)
  static let length = 16

  enum Encoding: Sendable, Equatable {
    case binary
    /// Base64 in lines of 64, or all in one.
    case lines, oneLine
  }

  var encoding: Encoding
  /// The first bytes in binary form.
  var bytes: [UInt8]

  static func begins(_ head: [UInt8]) -> Bool { head.starts(with: magic) || head.starts(with: encoded) }

  init(_ head: [UInt8]) {
    if head.starts(with: Self.magic) {
      (encoding, bytes) = (.binary, head)
      return
    }
    encoding = head.prefix(100).contains(0x0A) || head.count < 100 ? .lines : .oneLine
    let text = head.filter { $0 != 0x0A && $0 != 0x0D }
    bytes = Data(base64Encoded: Data(text.prefix(text.count / 4 * 4))).map(Array.init) ?? []
  }

  var option: [String] {
    switch encoding {
    case .binary: []
    case .lines: ["-a"]
    case .oneLine: ["-a", "-A"]
    }
  }
}
