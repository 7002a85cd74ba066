import Foundation

/// gpg's status lines (GnuPG's doc/DETAILS), as far as they decide something. gpg escapes untrusted text in them.
struct GPGStatus: Sendable {
  /// Key ids of ENC_TO, 16 hexadecimal digits; zeros for a hidden recipient.
  var recipients: [String] = []
  /// A passphrase opens it, too, and was asked for (NEED_PASSPHRASE_SYM).
  var symmetric = false
  /// The log says that a passphrase opens it: of a message that a key opens, too, no status line does.
  var hasPassphrase = false
  /// Fingerprint of the key that opened it.
  var openedBy: String?
  var began = false
  /// DECRYPTION_INFO: integrity protection by MDC or AEAD; nil when decryption never began.
  var protected: Bool?
  var decrypted = false
  var plaintext = false
  /// When the message was made, as it says itself (PLAINTEXT).
  var made: Date?
  var noData = false
  var badSignature = false
  var uncheckedSignature = false
  /// ERROR lines: where, and libgpg-error's code.
  var errors: [(place: Substring, code: UInt32)] = []
  var importCounted = false
  var secretKeysRead = 0
  /// Fingerprints of the primary keys of secret keys that were imported, or that were there already.
  var secretKeys: [String] = []
  /// Fingerprints of primary keys that their passphrases don't unlock: a status line of ours (`GPGHome`).
  var lockedKeys: Set<String> = []
  static let locked = "PROOFBACK_LOCKED"
  /// The log says that a packet's end is missing. No status line says so.
  var endMissing = false
  /// The log says that the armor's checksum is missing or does not fit, or that a character is none of its alphabet:
  /// gpg may still open the message whole, and its exit code is 2. No status line says so.
  var armorDamaged = false

  /// The log says that all of it was decrypted, and that gpg calls this a failure only for want of protection.
  var forcedToFail = false

  init(lines: [Substring]) {
    for line in lines {
      if line.hasPrefix("[GNUPG:] ") {
        take(line.dropFirst(9).split(separator: " "))
      } else if Self.endMissingMessages.contains(where: { line.hasPrefix("gpg: ") && line.contains($0) }) {
        endMissing = true
      } else if line.hasPrefix("gpg: encrypted with ") && line.contains(" passphrase") {
        hasPassphrase = true
      } else if line.hasPrefix("gpg: decryption forced to fail") {
        forcedToFail = true
      } else if Self.armorMessages.contains(where: line.hasPrefix) {
        armorDamaged = true
      }
    }
  }

  /// Fixed messages of gpg 2.2.40 under LC_ALL=C (util/iobuf.c, g10/plaintext.c, g10/decrypt-data.c): the one thing that
  /// status lines leave out.
  private static let endMissingMessages = [
    "pending bytes!", ": read error (size=", "problem reading source (", "unexpected end of file", "premature eof",
  ]

  /// Of the same gpg's g10/armor.c.
  private static let armorMessages = ["gpg: CRC error;", "gpg: malformed CRC", "gpg: invalid radix64 character "]

  /// What says who can open a message. After its text has begun, these are of bytes that follow it: what gpg decrypts of
  /// garbage is noise, and reads by chance as a packet encrypted with a passphrase.
  private static let ofOpening: Set<Substring> = ["ENC_TO", "NEED_PASSPHRASE_SYM", "DECRYPTION_KEY", "ERROR"]

  private mutating func take(_ words: [Substring]) {
    guard let keyword = words.first else { return }
    let rest = words.dropFirst()
    if plaintext && Self.ofOpening.contains(keyword) { return }
    switch keyword {
    case "ENC_TO": if recipients.count < 100, let id = rest.first { recipients.append(String(id)) }
    case "NEED_PASSPHRASE_SYM": symmetric = true
    case "DECRYPTION_KEY": openedBy = rest.first.map(String.init)
    case "BEGIN_DECRYPTION": began = true
    case "DECRYPTION_INFO":
      // The first is the message's own; what gpg makes of bytes that follow it changes nothing.
      protected = protected ?? (rest.first != "0" || (rest.count > 2 && rest[rest.startIndex + 2] != "0"))
    case "DECRYPTION_OKAY": decrypted = true
    case "PLAINTEXT":
      plaintext = true
      if rest.count > 1, let time = Double(rest[rest.startIndex + 1]), time > 0 {
        made = made ?? Date(timeIntervalSince1970: time)
      }
    case "NODATA": noData = true
    case "BADSIG": badSignature = true
    case "ERRSIG": uncheckedSignature = true
    case "ERROR": error(rest)
    case Self.locked[...]: lockedKeys.formUnion(rest.prefix(1).map(String.init))
    case "IMPORT_OK":
      // Bit 16: it holds private keys.
      guard rest.count > 1, let reason = Int(rest[rest.startIndex]), reason & 16 != 0 else { break }
      secretKeys.append(String(rest[rest.startIndex + 1]))
    case "IMPORT_RES":
      importCounted = true
      // The tenth number: secret keys seen.
      if rest.count > 9 { secretKeysRead = Int(rest[rest.startIndex + 9]) ?? 0 }
    default: break
    }
  }

  /// `ERROR place code`; the low 16 bits are the error, the rest its source (libgpg-error). Some say it by name:
  /// `11_BAD_PASSPHRASE`.
  private mutating func error(_ words: ArraySlice<Substring>) {
    guard words.count > 1, errors.count < 100 else { return }
    let number = words[words.startIndex + 1].prefix { $0.isNumber }
    errors.append((words[words.startIndex], UInt32(number) ?? 0))
  }
}

extension GPGStatus {
  /// GPG_ERR_BAD_PASSPHRASE and GPG_ERR_NO_PASSPHRASE, libgpg-error's err-codes.h.
  private static func isPassphrase(_ code: UInt32) -> Bool { [11, 177].contains(code & 0xFFFF) }
  /// GPG_ERR_NO_AGENT, GPG_ERR_AGENT, GPG_ERR_CANCELED, GPG_ERR_ASS_*: the agent is not there or broke. From 0x8000 on:
  /// system errors, such as memory running out.
  private static func isOurs(_ code: UInt32) -> Bool {
    let error = code & 0xFFFF
    return error >= 0x8000 || [77, 78, 99].contains(error) || (257...281).contains(error)
  }

  private var keyErrors: [UInt32] { errors.filter { $0.place.hasPrefix("pkdecrypt") }.map(\.code) }
  var keyIsLocked: Bool { keyErrors.contains(where: Self.isPassphrase) }
  /// For a hidden recipient gpg tries every key; each that does not fit makes its exit code 2, also when another opens
  /// the message.
  var triedEveryKey: Bool { recipients.contains { id in id.allSatisfy { $0 == "0" } } }
  var agentBroke: Bool { keyErrors.contains(where: Self.isOurs) }
  /// A key that is held could not open its packet.
  var keyPacketIsDamaged: Bool {
    keyErrors.contains { !Self.isPassphrase($0) && !Self.isOurs($0) }
  }
  var passphraseIsWrong: Bool {
    errors.contains { $0.place.hasPrefix("symkey") && Self.isPassphrase($0.code) }
  }
}
