import Foundation
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import Testing

@testable import ProofbackRestore

/// Containers of `openssl enc`: found by trial, whole or not, and hostile.
@Suite struct OpenSSLTests {
  private static let passphrase = "planted openssl passphrase"

  private func decode(
    _ wrap: String, passphrase: String? = passphrase, cipher: String? = nil, policy: EncryptionPolicy = .init(),
    then: String = "true"
  ) async throws -> DecodingBench.Result {
    let bench = try DecodingBench()
    let folder = try await LayerKeys.folder()
    let enc = "openssl enc -pass file:$D/pass"
    try await bench.shell(
      "printf '%s\\n' '\(Self.passphrase)' > pass; ENC=\"\(enc)\"; head -c 200000 \(folder)/plain > part; { \(wrap); } < part > file 2> said; \(then)"
    )
    let result = try await bench.decode("file", try .keys(passphrase: passphrase), policy: policy, cipher: cipher)
    #expect(try await bench.leftovers() == [])
    return result
  }

  private static let containers = [
    "$ENC -aes-256-cbc -pbkdf2", "$ENC -aes-256-ctr -pbkdf2", "$ENC -aes-128-cfb", "$ENC -aes-256-cbc -pbkdf2 -a",
    "gzip -1 | $ENC -aes-192-cbc -pbkdf2", "$ENC -des-ede3-cbc -md md5",
    "$ENC -aes-256-cbc -pbkdf2 -iter 100000 -md sha512", "$ENC -chacha20 -pbkdf2", "$ENC -aes-256-cbc -pbkdf2 -a -A",
  ]

  @Test(arguments: TestAll.first(5, of: containers))
  func `cipher and key derivation are found by what comes out`(_ wrap: String) async throws {
    let result = try await decode(wrap)
    #expect(result.codes == ["decrypt.unauthenticated"], "\(result.findings)")
    #expect(result.names.first == "openssl" && result.layers.last?.bytes == 200_000)
  }

  @Test(arguments: ["aria-192-ofb", "camellia-128-cfb8", "sm4-ctr"])
  func `a cipher that is named is used, whichever it is`(_ cipher: String) async throws {
    let result = try await decode("$ENC -\(cipher) -pbkdf2", cipher: cipher)
    #expect(result.codes == ["decrypt.unauthenticated"] && result.layers.map(\.bytes) == [200_000])
  }

  @Test func `first bytes that are the same in several modes are no reason to guess`() async throws {
    let result = try await decode("gzip -1 | $ENC -aes-256-ctr -pbkdf2")
    #expect(result.codes == ["decrypt.cipher-unknown"])
    #expect(result.findings[0].message.contains("aes-256-cfb, aes-256-ctr, aes-256-ofb"))
    let named = try await decode("gzip -1 | $ENC -aes-256-ctr -pbkdf2", cipher: "aes-256-ctr")
    #expect(named.codes == ["decrypt.unauthenticated"] && named.names == ["openssl", "gzip"])
  }

  @Test func `what does not open is the passphrase, the cipher, or that nothing was given`() async throws {
    let wrap = "$ENC -aes-256-cbc -pbkdf2"
    let wrong = ["decrypt.wrong-passphrase"]
    #expect(try await decode(wrap, passphrase: "other", cipher: "aes-256-cbc").codes == wrong)
    #expect(try await decode(wrap, cipher: "aes-128-cbc").codes == wrong)
    #expect(try await decode(wrap, passphrase: "other").codes == ["decrypt.cipher-unknown"])
    #expect(try await decode(wrap, passphrase: nil).codes == ["decrypt.no-key-given"])
  }

  @Test func `an end that does not fit was cut off or changed`() async throws {
    let cbc = "$ENC -aes-256-cbc -pbkdf2"
    let required = EncryptionPolicy(isRequired: true)
    #expect(
      try await decode(cbc, policy: required, then: "truncate -s 100000 file").codes
        == ["decrypt.integrity", "decrypt.no-integrity-protection"])
    #expect(
      try await decode(cbc, then: "truncate -s 100001 file").codes == ["decrypt.truncated", "decrypt.unauthenticated"])
    // Nothing in a stream says where it ends.
    #expect(
      try await decode("$ENC -aes-256-ctr -pbkdf2", then: "truncate -s 100001 file").codes == [
        "decrypt.unauthenticated"
      ])
  }

  @Test func `the empty passphrase is anyone's`() async throws {
    let wrap = "openssl enc -aes-256-cbc -pbkdf2 -pass pass:"
    #expect(try await decode(wrap, passphrase: nil).codes == ["decrypt.empty-passphrase", "decrypt.unauthenticated"])
    let demanded = try await decode(wrap, policy: EncryptionPolicy(isRequired: true))
    #expect(demanded.codes == ["decrypt.encryption-required", "decrypt.no-integrity-protection"])
  }

  @Test func `a container of nothing gives nothing`() async throws {
    #expect(try await decode("true | $ENC -aes-256-cbc -pbkdf2").layers.map(\.bytes) == [0])
    #expect(try await decode("true | $ENC -aes-256-ctr -pbkdf2").codes == ["decrypt.truncated"])
  }

  @Test(arguments: [
    "printf Salted__", "printf Salted__1234567", "printf Salted__12345678", "printf Salted__123456789",
    "printf Salted__; head -c 300000 /dev/urandom", "printf Salted__; yes '-pass env:HOME' | head -c 300000 || true",
    "printf U2FsdGVkX1", "printf U2FsdGVkX1; tr '\\n' x", "printf U2FsdGVkX1; head -c 300000 /dev/zero",
  ])
  func `heads that are none, with salts and bodies of others' choice, end in a finding`(_ wrap: String) async throws {
    let result = try await decode(wrap, cipher: "aes-256-cbc")
    let code = result.codes.first ?? ""
    #expect(["decrypt.truncated", "decrypt.wrong-passphrase"].contains(code), "\(result.findings)")
    #expect(result.layers.map(\.bytes) == [0])
  }

  @Test func `the passphrase is in no process listing`() async throws {
    // The other tests' own shells name theirs.
    let own = "planted openssl passphrase of one"
    let bench = try DecodingBench()
    let folder = try await LayerKeys.folder()
    try await bench.shell(
      "printf '%s\\n' '\(own)' > pass; openssl enc -aes-256-cbc -pbkdf2 -pass file:pass < \(folder)/plain > file"
    )
    let watcher = Task.detached {
      var seen = ""
      while !Task.isCancelled {
        seen += try await bench.shell(
          "grep -aFl -f pass /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2> /dev/null || true")
      }
      return seen
    }
    let result = try await bench.decode("file", try .keys(passphrase: own))
    watcher.cancel()
    #expect(try await watcher.value == "")
    #expect(result.codes == ["decrypt.unauthenticated"])
  }

  @Test func `every cipher of the list is one that openssl has`() async throws {
    let listed = try await Command("/usr/bin/openssl", ["enc", "-list"], environment: Command.plainEnvironment)
      .capture()
    let names = Set(listed.text.split(whereSeparator: \.isWhitespace).map { String($0.dropFirst()) })
    #expect(OpenSSLCipher.all.filter { !names.contains($0) } == [])
  }

  @Test func `noise is taken for nothing that is known`() {
    var generator = SeededGenerator(seed: 5)
    let engines = EngineCatalogue.all
    for _ in 0..<4_000 {
      let noise = (0..<8).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
      let certainty = OpenSSLPlaintext.certainty(noise) { head in
        engines.lazy.compactMap { $0.recognise(ContentHead(bytes: head, memberNames: nil, fileName: "")) }
          .first(where: \.isCertain)
      }
      #expect(certainty == .none, "\(noise)")
    }
  }
}
