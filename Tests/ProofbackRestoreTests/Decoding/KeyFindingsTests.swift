import Foundation
import ProofbackCore
import ProofbackSystem
import Testing

@testable import ProofbackRestore

/// What keys and passphrases that do not fit lead to.
@Suite struct KeyFindingsTests {
  private func decode(_ wrap: String, _ keys: [String], passphrase: String? = nil, now: Date = Date()) async throws
    -> DecodingBench.Result
  {
    let bench = try DecodingBench()
    let folder = try await LayerKeys.folder()
    let gpg = LayerKeys.gpg + " --trust-model always"
    try await bench.shell("export K=\(folder); G=\"\(gpg)\"; head -c 200000 $K/plain > part; (\(wrap)) < part > file")
    var secrets = try RunSecrets.keys(passphrase: passphrase)
    secrets.decryptionKeys = try keys.map {
      NamedSecret(name: $0, content: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")))
    }
    let result = try await bench.decode("file", secrets, now: now)
    #expect(try await bench.leftovers() == [])
    return result
  }

  @Test func aMessageToAnotherKeyNamesItAndTheKeysHeld() async throws {
    let result = try await decode("$G -r carol@example.org -e", ["mallory.sec", "bob.sec"])
    let finding = try #require(result.findings.first)
    #expect(result.codes == ["decrypt.no-secret-key"])
    #expect(finding.status == .failed)
    #expect(finding.message.contains("to key 0x") && finding.message.contains("2 keys"))
    #expect(finding.evidence.filter { $0.hasPrefix("held: key 0x") }.count == 2)
    #expect(finding.hint.contains("0x"))
  }

  @Test(arguments: [
    "$G -r carol@example.org -e", "$G --passphrase-file $K/symmetric -c", "age -r $(cat $K/age.pub)",
  ])
  func withoutAnyKeyTheRunIsInconclusive(_ wrap: String) async throws {
    let result = try await decode(wrap, [])
    #expect(result.codes == ["decrypt.no-key-given"])
    #expect(result.findings.first?.consequence == .inconclusive)
  }

  @Test func aWrongPassphraseForAMessageFailsIt() async throws {
    let result = try await decode("$G --passphrase-file $K/symmetric -c", [], passphrase: "not this one")
    #expect(result.codes == ["decrypt.wrong-passphrase"])
    #expect(result.findings.first?.consequence == .failed)
  }

  @Test(arguments: [nil, "not this one"]) func aProtectedKeyThatStaysLockedIsNotTheBackupsFault(_ passphrase: String?)
    async throws
  {
    let result = try await decode("$G -r bob@example.org -e", ["bob.sec"], passphrase: passphrase)
    #expect(result.codes == ["decrypt.key-locked"])
    #expect(result.findings.first?.consequence == .inconclusive)
  }

  @Test func anExpiredKeyStillOpensWithAWarning() async throws {
    let folder = try await LayerKeys.folder()
    let bench = try DecodingBench()
    let gpg = "gpg --homedir $D/home --batch --no-tty --pinentry-mode loopback --passphrase ''"
    try await bench.shell(
      """
      mkdir -m 700 home; T=20200101T000000
      \(gpg) --faked-system-time $T --quick-generate-key dave@example.org future-default default 30d
      \(gpg) --faked-system-time $T --trust-model always -r dave@example.org -e < \(folder)/plain > file
      \(gpg) --armor --export-secret-keys dave@example.org > dave.sec; gpgconf --homedir $D/home --kill all
      """)
    let result = try await bench.decode("file", try .keys(bench.folder + "/dave.sec"))
    #expect(result.codes == ["decrypt.key-expired"])
    #expect(result.findings.first?.message.contains("2020-01-31") == true)
    #expect(result.layers.map(\.bytes) == [UInt64(LayerKeys.plainBytes)])
  }

  @Test(arguments: ["cat", "gzip -c", "$G --store", "$G -u carol@example.org --sign"])
  func aBackupThatIsNotEncryptedIsAWarningWhenAKeyWasGiven(_ wrap: String) async throws {
    let result = try await decode(wrap, ["carol.sec"])
    let finding = result.findings.first { $0.code.rawValue == "decrypt.not-encrypted" }
    #expect(finding?.status == .warning)
    #expect(result.sha256.count == 64 && !result.head.isEmpty)
  }

  @Test func aStoredMessageWithoutAnyKeyIsReadWithAWarning() async throws {
    let result = try await decode("$G --store", [])
    #expect(result.codes == ["decrypt.only-wrapped"])
    #expect(result.findings.first?.status == .warning)
  }

  @Test func aSignatureOfSomeoneElseIsAWarning() async throws {
    let result = try await decode("$G -u mallory@example.org -r carol@example.org --sign -e", ["carol.sec"])
    #expect(result.codes == ["decrypt.signature-unchecked"])
    #expect(result.layers.map(\.bytes) == [200_000])
  }

  @Test func aMessageToAHiddenRecipientIsOpened() async throws {
    let result = try await decode("$G -R carol@example.org -e", ["mallory.sec", "carol.sec"])
    #expect(result.codes == [])
    #expect(result.layers.map(\.bytes) == [200_000])
  }

  @Test func aMessageWithoutIntegrityProtectionIsReadWithAWarning() async throws {
    let result = try await decode(
      "$G --rfc2440 --passphrase-file $K/symmetric -c", [], passphrase: LayerKeys.passphrase)
    #expect(result.codes == ["decrypt.unauthenticated"])
    #expect(result.layers.map(\.bytes) == [200_000])
  }

  @Test func anAgeFileToAnotherKeyFails() async throws {
    let result = try await decode("age -r $(cat $K/age.pub)", ["other.key", "carol.sec"])
    #expect(result.codes == ["decrypt.no-secret-key"])
    #expect(result.findings.first?.evidence.contains("recipient of kind X25519") == true)
  }

  @Test func anAgeFileWithAPassphraseIsOpenedByItAlone() async throws {
    let wrap =
      "P='open, age'; (sleep 0.5; echo \"$P\"; sleep 0.5; echo \"$P\"; sleep 3) | "
      + "script -qec 'age -p -o sealed part' /dev/null > /dev/null; cat sealed"
    let good = try await decode(wrap, [], passphrase: "open, age")
    #expect(good.codes == [])
    #expect(good.layers.map(\.bytes) == [200_000])
    let wrong = try await decode(wrap, [], passphrase: "not this one")
    #expect(wrong.codes == ["decrypt.wrong-passphrase"])
    #expect(try await decode(wrap, ["age.key"]).codes == ["decrypt.no-secret-key"])
    #expect(try await decode(wrap, []).codes == ["decrypt.no-key-given"])
  }

  @Test(arguments: [
    ("carol.pub", "a GPG public key"), ("age.pub", "an age public key"), ("ssh.pub", "an SSH public key"),
    ("empty", "empty"), ("plain", "something else"),
  ])
  func aKeyFileThatIsNoSecretKeyIsNamedForWhatItIs(_ file: String, _ instead: String) async throws {
    let folder = try await LayerKeys.folder()
    _ = FileManager.default.createFile(atPath: folder + "/empty", contents: nil)
    let bench = try DecodingBench()
    try await bench.shell("echo x > file")
    let error = await #expect(throws: RunTrouble.self) {
      try await bench.decode("file", try .keys("\(folder)/\(file)"))
    }
    #expect(error?.finding.code.rawValue == "decrypt.key-unusable")
    #expect(error?.finding.message.contains(instead) == true, "\(error?.finding.message ?? "")")
  }

  @Test func aDamagedSecretKeyIsOurTrouble() async throws {
    let folder = try await LayerKeys.folder()
    let bench = try DecodingBench()
    try await bench.shell(
      "K=\(folder); head -c 400 $K/carol.sec > broken; head -c 1000 $K/plain | \(LayerKeys.gpg) --trust-model always -r carol@example.org -e > file"
    )
    let error = await #expect(throws: RunTrouble.self) {
      try await bench.decode("file", try .keys(bench.folder + "/broken"))
    }
    #expect(error?.finding.code.rawValue == "decrypt.key-unusable")
    #expect(try await bench.leftovers() == [])
  }
}
