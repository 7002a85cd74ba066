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
    let others = [
      secrets.sshKey, secrets.cloudKey, secrets.passphrase, secrets.proofKey, secrets.repositoryPassword,
    ]
    let keys = secrets.decryptionKeys + others.compactMap(\.self)
    let texts = keys.flatMap { [$0.content, $0.passphrase ?? Data()] }
    let lines = texts.flatMap(Self.lines) + Self.words(of: secrets.login) + Self.words(ofCloudKey: secrets.cloudKey)
    // Armour and comments are no secrets.
    let worthy = lines.filter { $0.count >= Self.shortest && !$0.hasPrefix("-----") && !$0.hasPrefix("#") }
    self.secrets = Set(worthy).sorted { $0.count > $1.count }
  }

  private static func lines(_ content: Data) -> [String] {
    String(decoding: content, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
  }

  /// The whole, and the password alone: the name before its colon is no secret.
  private static func words(of login: NamedSecret?) -> [String] {
    guard let login else { return [] }
    return lines(login.content).flatMap { [$0, String($0.drop { $0 != ":" }.dropFirst())] }
  }

  /// What a credentials file's lines have behind their names.
  private static func words(ofCloudKey key: NamedSecret?) -> [String] {
    guard let key = key.flatMap({ try? CloudKey($0.content) }) else { return [] }
    return [key.secret] + (key.token.map { [$0] } ?? [])
  }

  public func clean(_ text: String) -> String {
    var text = text
    for secret in secrets where text.utf8.count >= secret.utf8.count && text.contains(secret) {
      text = text.replacing(secret, with: "[secret]")
    }
    return text
  }
}
