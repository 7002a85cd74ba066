import Foundation
public import ProofbackCore

/// The run's keys, sorted by what they are: by their content, never by a name.
public struct HeldKeys: Sendable {
  public let gpg: [NamedSecret]
  /// age's own identities.
  public let age: [NamedSecret]
  /// OpenSSH private keys, which age takes too.
  public let ssh: [NamedSecret]
  /// The first line of the run's passphrase, without its line end: for what is encrypted with one, and for locked keys
  /// that came without their own.
  public let passphrase: [UInt8]?

  static let none = HeldKeys()

  private init() { (gpg, age, ssh, passphrase) = ([], [], [], nil) }

  /// - Throws: `RunTrouble` (`decrypt.key-unusable`) that says what the first file that is no key is instead.
  public init(_ secrets: RunSecrets) throws {
    var sorted: [KeyKind: [NamedSecret]] = [:]
    for key in secrets.decryptionKeys {
      let kind = KeyKind(of: Array(key.content))
      if case .none(let instead) = kind {
        throw RunTrouble(
          DecryptFindings.keyUnusable, "\(UntrustedText.line(key.name)) is no secret key: it is \(instead)")
      }
      sorted[kind, default: []].append(key)
    }
    gpg = sorted[.gpg] ?? []
    age = sorted[.age] ?? []
    ssh = sorted[.ssh] ?? []
    passphrase = (secrets.passphrase?.content).map(Self.firstLine)
  }

  /// Whether anything at all was given.
  var holdsAny: Bool { count > 0 || passphrase != nil }
  var count: Int { gpg.count + age.count + ssh.count }

  /// `1 key and a passphrase`, for people.
  var described: String {
    let keys = count == 0 ? nil : count == 1 ? "1 key" : "\(count) keys"
    return [keys, passphrase == nil ? nil : "a passphrase"].compactMap { $0 }.joined(separator: " and ")
  }

  static func firstLine(_ content: Data) -> [UInt8] {
    var line = Array(content.prefix { $0 != UInt8(ascii: "\n") })
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line
  }
}

/// What a file given as a key is.
enum KeyKind: Hashable, Sendable {
  case gpg, age, ssh
  case none(instead: String)

  init(of bytes: [UInt8]) {
    let text = String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
    if text.contains("-----BEGIN PGP PRIVATE KEY BLOCK-----") || Self.secretKeyPacket(bytes) {
      self = .gpg
    } else if text.split(whereSeparator: \.isNewline).contains(where: { $0.hasPrefix("AGE-SECRET-KEY-1") }) {
      self = .age
    } else if ["OPENSSH", "RSA"].contains(where: { text.contains("-----BEGIN \($0) PRIVATE KEY-----") }) {
      self = .ssh
    } else {
      self = .none(instead: Self.describe(bytes, text))
    }
  }

  /// Packet 5 (RFC 9580, section 4.2) in the old or new framing, with a key version of 3 to 6.
  private static func secretKeyPacket(_ bytes: [UInt8]) -> Bool {
    guard let packet = OpenPGPPacket(in: bytes, at: 0), packet.tag == 5 else { return false }
    return packet.body < bytes.count && (3...6).contains(bytes[packet.body])
  }

  private static func describe(_ bytes: [UInt8], _ text: String) -> String {
    if bytes.isEmpty { return "empty" }
    let marks: [(String, String)] = [
      ("-----BEGIN PGP PUBLIC KEY BLOCK-----", "a GPG public key"), ("-----BEGIN PGP MESSAGE-----", "a GPG message"),
      ("-----BEGIN PGP", "GPG data of another kind"), ("-----BEGIN CERTIFICATE-----", "a certificate"),
      ("PRIVATE KEY-----", "a private key of another kind (neither GPG nor age nor OpenSSH)"),
      ("age-encryption.org/", "an age file, still encrypted"),
      ("-----BEGIN AGE ENCRYPTED FILE-----", "an age file, still encrypted"),
      ("AGE-PLUGIN-", "an age plug-in's identity"), ("age1", "an age public key"), ("ssh-", "an SSH public key"),
      ("ecdsa-sha2-", "an SSH public key"),
    ]
    if let mark = marks.first(where: { text.contains($0.0) }) { return mark.1 }
    if let packet = OpenPGPPacket(in: bytes, at: 0), packet.tag == 6 { return "a GPG public key" }
    return "\(bytes.count) bytes of something else"
  }
}
