import Foundation

/// A secret key or subkey that gpg holds.
struct HeldGPGKey: Sendable, Equatable {
  /// 16 hexadecimal digits.
  var id: String
  /// Fingerprint of the primary key, its own when it is one.
  var primary = ""
  /// Its own.
  var fingerprint = ""
  /// Of its primary key, as gpg escapes them.
  var userIDs: [String] = []
  /// What the agent knows it by.
  var grip = ""
  /// What it is locked with itself: the first line, when it came with one.
  var passphrase: [UInt8]?
  var expires: Date?
  var canEncrypt: Bool

  /// The keys of a listing `--with-colons --with-keygrip`. A subkey is expired when its primary key is.
  static func all(in listing: String) -> [HeldGPGKey] {
    var keys: [HeldGPGKey] = []
    var primaryExpires: Date?
    var primary: String?
    var userIDs: [String] = []
    var users: [String: [String]] = [:]
    for line in listing.split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if let last = keys.indices.last, fields.count > 9 {
        if fields[0] == "fpr" { primary = primary ?? String(fields[9]) }
        if fields[0] == "fpr" && keys[last].fingerprint.isEmpty { keys[last].fingerprint = String(fields[9]) }
        if fields[0] == "uid", fields[9].utf8.count < 1000 { userIDs.append(String(fields[9])) }
        if fields[0] == "grp" { keys[last].grip = String(fields[9]) }
        keys[last].primary = primary ?? ""
        users[keys[last].primary] = userIDs
      }
      guard var key = HeldGPGKey(fields) else { continue }
      if fields[0] == "sec" { (primary, primaryExpires, userIDs) = (nil, key.expires, []) }
      key.expires = [key.expires, primaryExpires].compactMap { $0 }.min()
      keys.append(key)
    }
    for index in keys.indices { keys[index].userIDs = users[keys[index].primary] ?? [] }
    return keys
  }

  /// From the fields of a line of `--with-colons` (GnuPG's doc/DETAILS): record type, key id in field 5, expiry in field 7 as seconds
  /// since 1970, capabilities in field 12.
  private init?(_ fields: [Substring]) {
    guard fields.count > 11, fields[0] == "sec" || fields[0] == "ssb" else { return nil }
    id = String(fields[4])
    expires = Double(fields[6]).flatMap { $0 > 0 ? $0 : nil }.map { Date(timeIntervalSince1970: $0) }
    canEncrypt = fields[11].contains("e")
  }
}
