import ProofbackCore

/// Recognises an OpenPGP message by its first bytes, strictly: any byte above 0x7F could begin a packet.
enum OpenPGPHead {
  static func begins(_ head: [UInt8]) -> Bool { armored(head) || binary(head) && !isBSON(head) }

  /// Whether it is a message that noise is not taken for. Of noise one head in some thousand looks like literal data, and
  /// `begins` is asked about heads that nobody has decrypted by trial.
  static func isUnmistakable(_ head: [UInt8]) -> Bool {
    guard begins(head) else { return false }
    guard let packet = OpenPGPPacket(in: head, at: 0) else { return true }
    let body = head[packet.body...]
    switch packet.tag {
    // Version 6 is one that gpg can't read.
    case 1, 3, 4: return body.first.map { $0 < 6 } ?? false
    case 8: return markedCompressions.contains { body.dropFirst().starts(with: $0) }
    default: return false
    }
  }

  /// How zlib's (RFC 1950, at its four levels) and bzip2's streams begin. ZIP, bare deflate, has no mark.
  private static let markedCompressions: [[UInt8]] = [
    [0x78, 0x01], [0x78, 0x5E], [0x78, 0x9C], [0x78, 0xDA], Array("BZh".utf8),
  ]

  /// A file of BSON begins with its first document's length, which may look like a packet (419 is compressed data), and
  /// that document with a field named `_id`.
  private static func isBSON(_ head: [UInt8]) -> Bool {
    head.count > 9 && head[5..<9].elementsEqual("_id\0".utf8)
  }

  /// RFC 9580, section 6.2; blank lines and a byte order mark before it are passed over, as gpg does.
  private static func armored(_ head: [UInt8]) -> Bool {
    let blank: Set<UInt8> = [0x20, 0x09, 0x0D, 0x0A, 0xEF, 0xBB, 0xBF]
    let start = head.prefix(256).drop { blank.contains($0) }
    return ["MESSAGE", "SIGNED MESSAGE"].contains { start.starts(with: Array("-----BEGIN PGP \($0)-----".utf8)) }
  }

  /// A message as RFC 9580, section 10.3, spells it: encrypted, signed, compressed or literal. Bare packets of type 9, and
  /// of others with a body that does not fit, are left to whoever else may know them.
  private static func binary(_ head: [UInt8]) -> Bool {
    guard let packet = OpenPGPPacket(in: head, at: 0), packet.body < head.count else { return false }
    let body = head[packet.body...]
    switch packet.tag {
    case 1, 3: return sessionKey(packet, body) && followed(head, packet)
    case 18: return [1, 2].contains(body.first) && !(packet.length.map { $0 < 20 } ?? false)
    case 20: return body.first == 1
    case 4: return onePassSignature(packet, body)
    case 2: return packet.length != nil && [3, 4, 5, 6].contains(body.first) && followed(head, packet)
    // Compression algorithms 1 to 3, with no length known beforehand, as gpg and others write it.
    case 8: return packet.length == nil && (1...3).contains(body.first ?? 0)
    case 10: return body.starts(with: Array("PGP".utf8)) && packet.length == 3
    case 11: return literal(body)
    default: return false
    }
  }

  /// Packet 1: version 3 or 6, and a public-key algorithm that encrypts. Packet 3: version 4 to 6 and a cipher.
  private static func sessionKey(_ packet: OpenPGPPacket, _ body: ArraySlice<UInt8>) -> Bool {
    guard let length = packet.length, (4...4096).contains(length), let version = body.first else { return false }
    if packet.tag == 3 {
      return (4...6).contains(version) && (version == 6 || (1...13).contains(body.dropFirst().first ?? 0))
    }
    if version == 6 { return true }
    let algorithm = body.dropFirst(9).first
    return version == 3 && (algorithm == nil || [1, 2, 16, 18, 25, 26].contains(algorithm))
  }

  private static func onePassSignature(_ packet: OpenPGPPacket, _ body: ArraySlice<UInt8>) -> Bool {
    (packet.length == 13 && body.first == 3) || (body.first == 6 && (packet.length ?? 0) > 13)
  }

  /// Format letter, name of the length given, four octets of date.
  private static func literal(_ body: ArraySlice<UInt8>) -> Bool {
    let bytes = Array(body.prefix(300))
    guard bytes.count > 6, Array("btul1m".utf8).contains(bytes[0]) else { return false }
    return bytes.count >= 6 + Int(bytes[1]) || body.count < 300
  }

  /// What follows a session key or signature is another packet of a message, as far as the head reaches.
  private static func followed(_ head: [UInt8], _ packet: OpenPGPPacket) -> Bool {
    guard let length = packet.length else { return false }
    guard let next = OpenPGPPacket(in: head, at: packet.body + length) else {
      return packet.body + length + 1 >= head.count
    }
    return [1, 2, 3, 4, 8, 9, 10, 11, 18, 20].contains(next.tag)
  }

  /// Ids of the keys, 16 hexadecimal digits each, to which a binary message is encrypted and which alone open it; nil when the
  /// head does not show that: it ends before the encrypted data begin, or a passphrase opens the message as well.
  static func onlyRecipients(_ head: [UInt8]) -> [String]? {
    var ids: [String] = []
    var start = 0
    while let packet = OpenPGPPacket(in: head, at: start) {
      if [9, 18, 20].contains(packet.tag) { return ids.isEmpty ? nil : ids }
      // Version 3, the key's id, and an algorithm that gpg knows (RFC 9580, section 5.1.1).
      guard packet.tag == 1, let length = packet.length, length > 10, packet.body + 10 <= head.count,
        head[packet.body] == 3, [1, 2, 16, 18].contains(head[packet.body + 9])
      else { return nil }
      ids.append(Hexadecimal.text(head[(packet.body + 1)..<(packet.body + 9)]).uppercased())
      start = packet.body + length
    }
    return nil
  }
}
