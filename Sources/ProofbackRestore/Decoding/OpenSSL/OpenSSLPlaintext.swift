import ProofbackCore

/// Whether bytes that came out of a decryption are something: a wrong key gives bytes like noise, which is taken for
/// something less than once in a hundred thousand times.
enum OpenSSLPlaintext {
  enum Certainty: Sendable {
    case none
    /// Its first bytes say what it is.
    case begins
    /// All of it is as it should be.
    case throughout
  }

  static func certainty(_ bytes: [UInt8], _ recognise: ([UInt8]) -> Recognition?) -> Certainty {
    if isNothing(bytes) || isText(bytes) || TarHead.begins(bytes) { return .throughout }
    if OpenPGPHead.begins(bytes) { return OpenPGPHead.isUnmistakable(bytes) ? .begins : .none }
    if DecoderCatalogue.decoder(for: bytes) != nil || recognise(bytes)?.isCertain == true { return .begins }
    return ContentMarks.find(bytes).map { $0.length >= shortestMark } ?? false ? .begins : .none
  }

  /// Bytes. Some forty ways are tried of one container, and of noise two bytes are a mark once in 65,536 times.
  private static let shortestMark = 4

  /// Text of any language: no control characters, and few bytes that are no UTF-8. Of noise a third is ASCII.
  private static func isText(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 16 else { return false }
    let content = bytes.dropLast(padding(bytes))
    let strange = content.count { $0 < 9 || ($0 > 13 && $0 < 32 && $0 != 27) || $0 == 127 }
    let invalid = String(decoding: content, as: UTF8.self).unicodeScalars.count { $0 == "\u{FFFD}" }
    // Rows may hold values that are no text.
    return content.count >= 8 && (strange + invalid) * 20 <= content.count && content.prefix(16).allSatisfy { $0 >= 9 }
  }

  /// A whole block of padding, and nothing before it.
  private static func isNothing(_ bytes: [UInt8]) -> Bool { !bytes.isEmpty && padding(bytes) == bytes.count }

  /// Bytes of padding at the end (PKCS #7).
  private static func padding(_ bytes: [UInt8]) -> Int {
    guard let last = bytes.last, (1...16).contains(last), bytes.suffix(Int(last)).allSatisfy({ $0 == last }) else {
      return 0
    }
    return min(Int(last), bytes.count)
  }
}
