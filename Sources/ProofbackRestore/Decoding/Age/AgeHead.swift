import Foundation

/// The header of an age file (age-encryption.org/v1): text lines up to the one that begins with `---`.
struct AgeHead: Sendable, Equatable {
  static let version = Array("age-encryption.org/v1\n".utf8)
  static let armor = Array("-----BEGIN AGE ENCRYPTED FILE-----".utf8)

  var armored: Bool
  /// Bytes of the file that were looked at.
  var seen: UInt64
  /// Of the header with its last line, in the binary form; nil when the head does not hold all of it.
  var length: Int?
  /// One for each recipient.
  var stanzas: [Stanza]
  /// `X25519`, `scrypt`, `ssh-ed25519` …
  var recipients: [String] { stanzas.map(\.type) }

  struct Stanza: Sendable, Equatable {
    var type: String
    /// The first argument: of an SSH key, four bytes of its hash in Base64.
    var tag: String
  }

  static func begins(_ head: [UInt8]) -> Bool {
    head.starts(with: version) || head.prefix(256).drop { [0x20, 0x09, 0x0D, 0x0A].contains($0) }.starts(with: armor)
  }

  init(_ head: [UInt8]) {
    armored = !head.starts(with: Self.version)
    seen = UInt64(head.count)
    let bytes = armored ? Self.unarmored(head) : head
    stanzas = []
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      let line = bytes[start..<end]
      start = end + 1
      if line.starts(with: Array("-> ".utf8)) {
        let words = line.dropFirst(3).split(separator: 0x20).prefix(2).map { String(decoding: $0, as: UTF8.self) }
        if stanzas.count < 100 { stanzas.append(Stanza(type: words.first ?? "", tag: words.dropFirst().first ?? "")) }
      } else if line.starts(with: Array("---".utf8)) {
        length = start
        return
      }
    }
  }

  /// Whether all of a binary file's header is in `head`, as age writes it: else age ends before it looks for keys.
  func isSound(in head: [UInt8]) -> Bool {
    guard !armored, let length, !stanzas.isEmpty else { return false }
    let text = String(decoding: head[Self.version.count..<length], as: UTF8.self)
    return text.wholeMatch(
      of:
        /(-> (X25519|scrypt|ssh-ed25519|ssh-rsa)( [!-~]+)+\n([A-Za-z0-9+\/]{64}\n)*[A-Za-z0-9+\/]{0,63}\n)+--- [A-Za-z0-9+\/]{43}\n/
    ) != nil
  }

  /// Base64 lines of 64 characters (RFC 7468, strict), as far as whole and sound lines are there.
  private static func unarmored(_ head: [UInt8]) -> [UInt8] {
    let lines = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline)
    var bytes: [UInt8] = []
    for line in lines.drop(while: { !$0.hasPrefix("-----BEGIN") }).dropFirst() {
      guard line.utf8.count == 64, let data = Data(base64Encoded: String(line)), data.count == 48 else { break }
      bytes += data
    }
    return bytes
  }

  /// Whether `bytesIn` bytes of the file are fewer than its header.
  func endsInsideHeader(bytesIn: UInt64) -> Bool { length == nil && bytesIn <= seen }

  /// Whether `bytesIn` bytes of the file hold less than the whole chunk that follows `bytesOut` bytes of plaintext: what
  /// fails to authenticate then is the file's last chunk, cut off. The payload is a nonce of 16 bytes and chunks of
  /// 64 KiB with a tag of 16 bytes each.
  func endsInsideChunk(bytesIn: UInt64, bytesOut: UInt64) -> Bool {
    // 64 characters and a line end carry 48 bytes.
    let binary = armored ? bytesIn * 48 / 65 : bytesIn
    let chunks = bytesOut / 65536 + 1
    return binary < UInt64(length ?? 0) + 16 + chunks * 65552
  }
}
