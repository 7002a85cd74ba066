import Crypto
import Foundation
import ProofbackCore
import ProofbackSystem

/// A key that is held, by its public half.
struct AgeHolder: Sendable, Equatable {
  /// `age1…`, or the fingerprint of an SSH key, `SHA256:…`.
  var recipient: String
  /// Whether it opens the file; unknown of SSH keys, whose recipients are named.
  var opens = false
}

/// Finds out the public halves of what is held, and which of them a file is encrypted to: age's header does not say.
enum AgeHolders {
  private static let most = 50

  /// Tries each identity alone on the file's head, sealed. What can't be found out is left out.
  static func held(
    _ keys: HeldKeys, _ head: [UInt8], _ header: AgeHead, in folder: DecoderFolder, _ surroundings: DecodingSurroundings
  ) async -> [AgeHolder] {
    let ssh = keys.ssh.compactMap { SSHRecipient.fingerprint(ofPrivateKey: $0.content) }.map {
      AgeHolder(recipient: $0)
    }
    guard header.length != nil, header.recipients.contains("X25519") else { return ssh }
    let identities = keys.age.flatMap { Self.identities(in: $0.content) }.prefix(most)
    guard !identities.isEmpty, let command = try? command(identities, head, folder, surroundings.user),
      let outcome = try? await command.capture(), outcome.end.isSuccess
    else { return ssh }
    return ssh
      + outcome.text.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        guard words.count == 2, words[1].hasPrefix("age1") else { return nil }
        return AgeHolder(recipient: String(words[1]), opens: words[0] == "opens")
      }
  }

  private static func identities(in content: Data) -> [Data] {
    content.split(separator: UInt8(ascii: "\n")).filter { $0.starts(with: Array("AGE-SECRET-KEY-1".utf8)) }.map {
      Data($0) + [UInt8(ascii: "\n")]
    }
  }

  /// `age` has one exit code for everything; that no identity matched is among its fixed messages (`AgeJudge`).
  private static func command(
    _ identities: some Collection<Data>, _ head: [UInt8], _ folder: DecoderFolder, _ user: UInt32
  ) throws -> Command? {
    guard let age = Programs.find("age"), let keygen = Programs.find("age-keygen") else { return nil }
    var binds: [Seal.Bind] = [.init(age), .init(keygen), .init(try folder.file("head", head), at: "/keys/head")]
    binds.append(.init(try folder.folder("holder"), at: "/keys/holder"))
    for (number, identity) in identities.enumerated() { _ = try folder.file("holder/\(number)", identity) }
    let script = """
      for file in /keys/holder/*; do
        case $(\(age) --decrypt --identity $file < /keys/head 2>&1 > /dev/null) in
          *"no identity matched"*) word=closed;;
          *) word=opens;;
        esac
        echo "$word $(\(keygen) -y $file 2> /dev/null)"
      done
      """
    return DecoderSeal.seal(
      Command("/usr/bin/sh", ["-c", script], environment: DecoderSeal.environment), as: user, binds: binds)
  }
}

/// An SSH key as age's stanzas and a list of recipients name it.
enum SSHRecipient {
  /// Four bytes of the public key's SHA-256, in Base64 without padding (age, agessh.go).
  static func tag(_ recipient: Recipient) -> String? {
    fingerprint(recipient).flatMap { Data(base64Encoded: $0.dropFirst("SHA256:".count) + "=") }.map {
      $0.prefix(4).base64EncodedString().replacing("=", with: "")
    }
  }

  /// `SHA256:…`, as ssh-keygen shows it.
  static func fingerprint(_ recipient: Recipient) -> String? {
    guard recipient.kind == .ssh else { return nil }
    if recipient.text.hasPrefix("SHA256:") { return recipient.text }
    return recipient.text.split(separator: " ").last.flatMap { Data(base64Encoded: String($0)) }.map(fingerprint(of:))
  }

  private static func fingerprint(of blob: Data) -> String {
    "SHA256:" + Data(SHA256.hash(data: blob)).base64EncodedString().replacing("=", with: "")
  }

  /// OpenSSH's own format has the public half in front, readable also when the key is locked (openssh, PROTOCOL.key);
  /// nil for PEM: such a key has to be on the list, that it is held does not help.
  static func fingerprint(ofPrivateKey key: Data) -> String? {
    let lines = String(decoding: key, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    let body = lines.drop { $0 != "-----BEGIN OPENSSH PRIVATE KEY-----" }.dropFirst().prefix { !$0.hasPrefix("-----") }
    guard let bytes = Data(base64Encoded: body.joined()).map(Array.init),
      bytes.starts(with: Array("openssh-key-v1\0".utf8))
    else { return nil }
    var at = 15
    func field() -> [UInt8]? {
      guard at + 4 <= bytes.count else { return nil }
      let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - at - 4 else { return nil }
      defer { at += 4 + length }
      return Array(bytes[at + 4..<at + 4 + length])
    }
    // Cipher, key derivation, its options; the number of keys; the public key.
    guard field() != nil, field() != nil, field() != nil, at + 4 <= bytes.count else { return nil }
    at += 4
    return field().map { fingerprint(of: Data($0)) }
  }
}
