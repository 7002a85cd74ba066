import Crypto
import CryptoExtras
import Foundation

/// Passwords as scrypt hashes (RFC 7914), written as `scrypt$N$r$p$salt$hash`.
enum PasswordHash {
  /// N = 2^15, r = 8, p = 3: one of the settings of equal strength of OWASP's Password Storage Cheat Sheet; 32 MiB.
  private static let rounds = 1 << 15
  private static let blockSize = 8
  private static let parallelism = 3

  static func make(_ password: String) throws -> String {
    var generator = SystemRandomNumberGenerator()
    let salt = Data((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    let hash = try derive(password, salt, rounds, blockSize, parallelism)
    return "scrypt$\(rounds)$\(blockSize)$\(parallelism)$\(salt.base64EncodedString())$\(hash.base64EncodedString())"
  }

  static func matches(_ password: String, _ written: String) -> Bool {
    let fields = written.split(separator: "$")
    guard fields.count == 6, fields[0] == "scrypt", let rounds = Int(fields[1]), let block = Int(fields[2]),
      let parallel = Int(fields[3]), let salt = Data(base64Encoded: String(fields[4])),
      let hash = Data(base64Encoded: String(fields[5])),
      let derived = try? derive(password, salt, rounds, block, parallel)
    else { return false }
    return derived.count == hash.count && zip(derived, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func derive(_ password: String, _ salt: Data, _ rounds: Int, _ block: Int, _ parallel: Int) throws
    -> Data
  {
    // The same letters typed on another keyboard are the same password.
    let bytes = Data(password.precomposedStringWithCompatibilityMapping.utf8)
    let key = try KDF.Scrypt.deriveKey(
      from: bytes, salt: salt, outputByteCount: 32, rounds: rounds, blockSize: block, parallelism: parallel,
      maxMemory: 128 * rounds * block * 2)
    return key.withUnsafeBytes { Data($0) }
  }
}
