import Foundation

/// Takes a run's secrets out of texts about it, should one ever get in.
public struct Redactor: Sendable {
  /// Shorter ones stand in too many words.
  private static let shortest = 8
  /// The longest first: one may be the beginning of another.
  private let secrets: [String]

  /// One that knows nothing.
  public init() { secrets = [] }

  /// Passphrases whole, and keys line by line.
  public init(_ secrets: RunSecrets) {
    let others = [secrets.sshKey, secrets.cloudKey, secrets.passphrase, secrets.proofKey]
    let keys = secrets.decryptionKeys + others.compactMap(\.self)
    let texts = keys.flatMap { [$0.content, $0.passphrase ?? Data()] }
    let lines = texts.flatMap { String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isNewline) }
    // Armour and comments are no secrets.
    let worthy = lines.filter { $0.count >= Self.shortest && !$0.hasPrefix("-----") && !$0.hasPrefix("#") }
    self.secrets = Set(worthy.map(String.init)).sorted { $0.count > $1.count }
  }

  public func clean(_ text: String) -> String {
    var text = text
    for secret in secrets where text.utf8.count >= secret.utf8.count && text.contains(secret) {
      text = text.replacing(secret, with: "[secret]")
    }
    return text
  }
}
