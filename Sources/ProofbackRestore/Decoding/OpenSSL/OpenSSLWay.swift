/// One way in which a container may have been encrypted: cipher, and how the key was made of the passphrase.
struct OpenSSLWay: Sendable, Equatable {
  var cipher: String
  var derivation: Derivation

  enum Derivation: Sendable, Equatable {
    /// `-pbkdf2`, with `-iter` and `-md`.
    case pbkdf2(digest: String, rounds: Int)
    /// EVP_BytesToKey with one round: without `-pbkdf2`.
    case legacy(digest: String)
  }

  /// Of values of our own only.
  var arguments: [String] {
    switch derivation {
    case .pbkdf2(let digest, let rounds): ["-\(cipher)", "-pbkdf2", "-iter", "\(rounds)", "-md", digest]
    case .legacy(let digest): ["-\(cipher)", "-md", digest]
    }
  }

  var described: String {
    switch derivation {
    case .pbkdf2(let digest, let rounds): "\(cipher), PBKDF2 with \(digest) and \(rounds) rounds"
    case .legacy(let digest): "\(cipher), one round of \(digest)"
    }
  }

  /// What OpenSSL does by itself: 10,000 rounds with -pbkdf2; without, sha256 since 1.1.0 and md5 before (apps/enc.c).
  private static let usual: [Derivation] = [
    .pbkdf2(digest: "sha256", rounds: 10_000), .legacy(digest: "sha256"), .legacy(digest: "md5"),
  ]
  /// What guides and scripts ask for besides.
  private static let unusual: [Derivation] =
    [100_000, 20_000, 50_000, 200_000, 250_000, 310_000, 500_000, 600_000, 1_000_000].map {
      .pbkdf2(digest: "sha256", rounds: $0)
    }
    + [10_000, 100_000, 210_000, 600_000, 1_000_000].map { .pbkdf2(digest: "sha512", rounds: $0) }
    + [.pbkdf2(digest: "sha1", rounds: 10_000), .legacy(digest: "sha512"), .legacy(digest: "sha1")]

  /// Modes beside each other on purpose: a stream's first block is the same in CTR, OFB and CFB.
  private static let guesses =
    ["cbc", "ctr", "cfb", "ofb"].flatMap { mode in ["aes-256-\(mode)", "aes-128-\(mode)"] }
    + ["aes-192-cbc", "des-ede3-cbc", "camellia-256-cbc", "chacha20"]

  /// Two rounds of trial: what is quick to try, and what is not.
  static func rounds(cipher: String?) -> [[OpenSSLWay]] {
    let ciphers = cipher.map { [$0] } ?? guesses
    return [
      ciphers.flatMap { cipher in usual.map { OpenSSLWay(cipher: cipher, derivation: $0) } },
      unusual.map { OpenSSLWay(cipher: cipher ?? guesses[0], derivation: $0) },
    ]
  }
}
