import Foundation
import ProofbackCore
import ProofbackSystem
import Testing

@testable import ProofbackRestore

/// What real messages are held against: a demand for encryption, and a list of recipients.
@Suite struct EncryptionPolicyTests {
  private func decode(_ wrap: String, _ keys: [String], _ recipients: [String], passphrase: String? = nil) async throws
    -> [String]
  {
    let bench = try DecodingBench()
    let folder = try await LayerKeys.folder()
    let gpg = LayerKeys.gpg + " --trust-model always"
    try await bench.shell("export K=\(folder); G=\"\(gpg)\"; head -c 20000 $K/plain > part; (\(wrap)) < part > file")
    var secrets = try RunSecrets.keys(passphrase: passphrase)
    secrets.decryptionKeys = try keys.map {
      NamedSecret(name: $0, content: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")))
    }
    var listed: [Recipient] = []
    for text in recipients {
      let text = text.hasPrefix("@") ? try await bench.shell("K=\(folder); \(text.dropFirst())") : text
      listed.append(try Recipient(text.filter { !$0.isNewline }))
    }
    let policy = EncryptionPolicy(isRequired: true, recipients: listed)
    let result = try await bench.decode("file", secrets, policy: policy)
    #expect(try await bench.leftovers() == [])
    return result.codes
  }

  /// A field of gpg's listing: `fpr` of the primary key (1) or of its subkey (2).
  private static func fingerprint(_ who: String, _ number: Int) -> String {
    "@\(LayerKeys.gpg) --with-colons --with-subkey-fingerprints --list-keys \(who)@example.org | awk -F: '/^fpr/ && ++n == \(number) {print $10}'"
  }
  private static let good = ["decrypt.recipients-as-listed"]

  @Test func `a gpg recipient is named by address, primary key, subkey or long id`() async throws {
    let wrap = "$G -r carol@example.org -e"
    let id = "@\(LayerKeys.gpg) --with-colons --list-keys carol@example.org | awk -F: '/^sub/ {print \"0x\" $5}'"
    for name in ["CAROL@example.org", Self.fingerprint("carol", 1), Self.fingerprint("carol", 2), id] {
      #expect(try await decode(wrap, ["carol.sec"], [name]) == Self.good, "\(name)")
    }
    // Not a part of an address.
    #expect(
      try await decode(wrap, ["carol.sec"], ["arol@example.org"]) == [
        "decrypt.unlisted-recipient", "decrypt.missing-recipient",
      ])
  }

  @Test func `a key that is not held is told by its subkey alone`() async throws {
    let wrap = "$G -r carol@example.org -r mallory@example.org -e"
    let carol = "carol@example.org"
    #expect(try await decode(wrap, ["carol.sec"], [carol, Self.fingerprint("mallory", 2)]) == Self.good)
    #expect(
      try await decode(wrap, ["carol.sec"], [carol, Self.fingerprint("mallory", 1)]) == ["decrypt.recipient-unresolved"]
    )
    #expect(try await decode(wrap, ["carol.sec"], [carol]) == ["decrypt.extra-recipient"])
    #expect(try await decode(wrap, [], [carol]) == ["decrypt.no-key-given", "decrypt.extra-recipient"])
  }

  @Test func `a passphrase beside a recipient is a way in that a list does not have`() async throws {
    let wrap = "$G --passphrase-file $K/symmetric -r carol@example.org -e -c"
    #expect(try await decode(wrap, ["carol.sec"], ["carol@example.org"]) == ["decrypt.extra-recipient"])
    #expect(
      try await decode(wrap, ["carol.sec"], ["carol@example.org"], passphrase: LayerKeys.passphrase) == [
        "decrypt.hidden-recipients"
      ])
  }

  @Test func `a passphrase that opens a message for others is the one that is given`() async throws {
    let wrap = "$G --passphrase-file $K/symmetric -r carol@example.org -e -c"
    let carol = Self.fingerprint("carol", 2)
    #expect(try await decode(wrap, [], [carol], passphrase: LayerKeys.passphrase) == Self.good)
  }

  @Test func `an age recipient is told by what opens the file`() async throws {
    let mine = "@cat $K/age.pub"
    let other = "@age-keygen -y $K/other.key"
    let to = "age -r $(cat $K/age.pub)"
    #expect(try await decode(to, ["other.key", "age.key"], [mine]) == Self.good)
    #expect(
      try await decode(to, ["other.key", "age.key"], [other]) == [
        "decrypt.unlisted-recipient", "decrypt.missing-recipient",
      ])
    let both = to + " -r $(age-keygen -y $K/other.key)"
    #expect(try await decode(both, ["age.key"], [mine]) == ["decrypt.extra-recipient"])
    #expect(try await decode(both, ["age.key"], [mine, other]) == ["decrypt.hidden-recipients"])
    #expect(try await decode(both, ["age.key", "other.key"], [mine, other]) == Self.good)
    #expect(try await decode(to + " -a", ["age.key"], [mine, other]) == ["decrypt.missing-recipient"])
  }

  @Test func `an SSH recipient of age is told by its fingerprint's first bytes`() async throws {
    let mine = "@cat $K/ssh.pub"
    let print = "@ssh-keygen -lf $K/ssh.pub | cut -d' ' -f2"
    #expect(try await decode("age -R $K/ssh.pub", ["ssh"], [mine]) == Self.good)
    #expect(try await decode("age -R $K/ssh.pub", ["ssh"], [print]) == Self.good)
    let both = "age -R $K/ssh.pub -R $K/bob.ssh.pub"
    #expect(try await decode(both, ["ssh"], [mine]) == ["decrypt.extra-recipient"])
    #expect(try await decode(both, ["ssh"], [mine, "@cat $K/bob.ssh.pub"]) == Self.good)
    // The public half of a key that is locked is known, too.
    #expect(
      try await decode(both, ["ssh", "bob.ssh"], [mine], passphrase: LayerKeys.bobsPassphrase)
        == ["decrypt.unlisted-recipient"])
  }

  @Test func `what is not encrypted fails, and a second layer of encryption is said`() async throws {
    for wrap in ["cat", "gzip -c", "$G --store", "$G -u carol@example.org --sign"] {
      #expect(try await decode(wrap, ["carol.sec"], ["carol@example.org"]).contains("decrypt.encryption-required"))
    }
    let twice = try await decode(
      "$G -r carol@example.org -e | $G -r carol@example.org -e", ["carol.sec"], ["carol@example.org"])
    #expect(Set(twice) == ["decrypt.recipients-as-listed", "decrypt.encrypted-twice"])
  }
}

/// What gpg says where no gpg makes such a message.
@Suite struct GPGJudgeTests {
  private func judge(_ status: [String], policy: EncryptionPolicy = .init(), held: [HeldGPGKey] = []) throws
    -> [Finding]
  {
    let keys = try HeldKeys(.keys(passphrase: "x"))
    let judge = GPGJudge(keys: keys, held: held, now: Date(timeIntervalSince1970: 2_000_000_000), policy: policy)
    let lines = status.map { $0.hasPrefix("gpg:") ? $0 + "\n" : "[GNUPG:] \($0)\n" }.joined()
    return judge.judge(LayerOutcome(end: .exited(0), errors: Array(lines.utf8), bytesIn: 1000, bytesOut: 1000)).findings
  }

  /// What follows an uncompressed message comes out as noise, which gpg reads as packets of any kind. These lines are
  /// gpg 2.2.40's where the noise happened to be a packet encrypted with a passphrase.
  @Test func `noise behind a message that looks encrypted with a passphrase is damage, not a wrong passphrase`() throws
  {
    let findings = try judge([
      "ENC_TO 1A2B3C4D5E6F7081 18 0", "DECRYPTION_KEY \(String(repeating: "A", count: 40)) - -", "BEGIN_DECRYPTION",
      "DECRYPTION_INFO 2 9 0", "PLAINTEXT 62 1764270000 plain", "ERROR symkey_decrypt.maybe_error 11_BAD_PASSPHRASE",
      "BEGIN_DECRYPTION", "NEED_PASSPHRASE_SYM 169 3 2", "ERROR pkdecrypt_failed 99", "DECRYPTION_FAILED",
      "END_DECRYPTION", "BADMDC", "DECRYPTION_FAILED", "END_DECRYPTION",
    ])
    #expect(findings.map(\.code.rawValue) == ["decrypt.integrity"])
  }

  @Test func `a key that had expired when the message was made is told from one that has since`() throws {
    let listing =
      "sec:u:255:22:00000000000000AA:1:1500000000::u:::scESC:\nfpr:::::::::\(String(repeating: "A", count: 40)):\n"
    let held = HeldGPGKey.all(in: listing)
    func message(made: Int) throws -> String {
      try judge(
        [
          "ENC_TO 00000000000000AA 1 0", "DECRYPTION_KEY \(String(repeating: "0", count: 38))AA X -",
          "BEGIN_DECRYPTION",
          "DECRYPTION_INFO 2 9 0", "PLAINTEXT 62 \(made) ", "DECRYPTION_OKAY", "GOODMDC",
        ], held: held
      ).first { $0.code.rawValue == "decrypt.key-expired" }?.message ?? ""
    }
    #expect(try message(made: 1_600_000_000).hasSuffix("expired on 2017-07-14, before the message was made"))
    #expect(try message(made: 1_400_000_000).hasSuffix("expired on 2017-07-14"))
  }

  @Test func `what comes out of a message without protection has to be a message`() throws {
    let begun = ["ENC_TO 00000000000000AA 1 0", "BEGIN_DECRYPTION", "DECRYPTION_INFO 0 2 0"]
    let refused = ["ERROR nomdc_with_legacy_cipher 152", "DECRYPTION_FAILED", "END_DECRYPTION"]
    let policy = EncryptionPolicy(isRequired: true)
    let shown = begun + ["PLAINTEXT 62 1 "]
    let forced = "gpg: decryption forced to fail!"
    let whole = shown + [forced] + refused
    #expect(try judge(whole).map(\.code.rawValue) == ["decrypt.unauthenticated"])
    #expect(try judge(whole, policy: policy).map(\.code.rawValue) == ["decrypt.no-integrity-protection"])
    // Its own compression broke off: gpg says nothing of being forced.
    #expect(try judge(shown).map(\.code.rawValue) == ["decrypt.integrity"])
    #expect(try judge(begun + refused).map(\.code.rawValue) == ["decrypt.integrity"])
  }
}

/// What follows from counts, where a message would be hard to make.
@Suite struct RecipientTallyTests {
  private func codes(_ tally: RecipientTally) -> [String] { tally.findings(isOpen: true).map(\.code.rawValue) }

  @Test func `a stranger of a kind that is named is on no list, whatever else is hidden`() throws {
    let unseen = try Recipient("0123456789ABCDEF")
    #expect(
      codes(RecipientTally(intruders: ["a key"], hidden: 1, unresolved: [unseen], found: 1)) == [
        "decrypt.extra-recipient"
      ])
  }

  @Test func `grease opens nothing, and a kind that nobody can list is somebody else`() throws {
    let head = Array(
      "age-encryption.org/v1\n-> X25519 abc\nbody\n-> Gx-grease y\nbody\n-> tlock 1 2\nbody\n--- mac\n".utf8)
    let mine = try Recipient("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")
    let tally = AgeRecipients([mine], held: [AgeHolder(recipient: mine.text, opens: true)]).tally(
      AgeHead(head), holdsPassphrase: false)
    #expect(tally.intruders.count == 1 && tally.intruders[0].contains("tlock"))
    #expect(tally.found == 1 && tally.hidden == 0)
  }

  @Test func `a private key's public half is read within its bounds`() {
    let cut = Data("openssh-key-v1\0".utf8) + Data([0xFF, 0xFF, 0xFF, 0xFF, 0])
    let key = "-----BEGIN OPENSSH PRIVATE KEY-----\n\(cut.base64EncodedString())\n-----END OPENSSH PRIVATE KEY-----\n"
    #expect(SSHRecipient.fingerprint(ofPrivateKey: Data(key.utf8)) == nil)
    #expect(SSHRecipient.fingerprint(ofPrivateKey: Data("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n".utf8)) == nil)
  }
}
