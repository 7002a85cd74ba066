import COpenSSL
import Foundation

/// What scrypt costs (RFC 7914): rounds N, a power of two; block size r; parallelism p. It takes 128 N r bytes.
public struct PasswordCost: Sendable {
  var rounds: Int
  var blockSize: Int
  var parallelism: Int

  public init(rounds: Int, blockSize: Int, parallelism: Int) {
    self.rounds = rounds
    self.blockSize = blockSize
    self.parallelism = parallelism
  }

  /// One of the settings of equal strength of OWASP's Password Storage Cheat Sheet; 32 MiB.
  public static let standard = PasswordCost(rounds: 1 << 15, blockSize: 8, parallelism: 3)
}

/// OpenSSL did not make a hash: no memory for it, or a policy of the system's that forbids scrypt.
struct PasswordHashTrouble: Error {}

/// Passwords as scrypt hashes, written as `scrypt$N$r$p$salt$hash`.
enum PasswordHash {
  static func make(_ password: String, _ cost: PasswordCost) throws -> String {
    let salt = random(16)
    return written(
      cost, salt, try derive(password, salt, cost.rounds, cost.blockSize, cost.parallelism))
  }

  /// Of no password: a look at it takes as long as at any other.
  static func ofNobody(_ cost: PasswordCost) -> String { written(cost, random(16), random(32)) }

  private static func written(_ cost: PasswordCost, _ salt: Data, _ hash: Data) -> String {
    let numbers = "\(cost.rounds)$\(cost.blockSize)$\(cost.parallelism)"
    return "scrypt$\(numbers)$\(salt.base64EncodedString())$\(hash.base64EncodedString())"
  }

  private static func random(_ count: Int) -> Data {
    var generator = SystemRandomNumberGenerator()
    return Data((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
  }

  static func matches(_ password: String, _ written: String) -> Bool {
    let fields = written.split(separator: "$")
    guard fields.count == 6, fields[0] == "scrypt", let rounds = Int(fields[1]), let block = Int(fields[2]),
      let parallel = Int(fields[3]), [rounds, block, parallel].allSatisfy((1...1 << 20).contains),
      let salt = Data(base64Encoded: String(fields[4])),
      let hash = Data(base64Encoded: String(fields[5])),
      let derived = try? derive(password, salt, rounds, block, parallel)
    else { return false }
    return derived.count == hash.count && zip(derived, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func derive(_ password: String, _ salt: Data, _ rounds: Int, _ block: Int, _ parallel: Int) throws
    -> Data
  {
    // The same letters typed on another keyboard are the same password.
    let bytes = Array(password.precomposedStringWithCompatibilityMapping.utf8CString.dropLast())
    var key = Data(count: 32)
    // RFC 7914, section 2: V takes 128 N r bytes, B 128 p r; a little for what works on them.
    let memory = 128 * block * (rounds + parallel + 2)
    let status = key.withUnsafeMutableBytes { key in
      salt.withUnsafeBytes { salt in
        EVP_PBE_scrypt(
          bytes, bytes.count, salt.baseAddress, salt.count, UInt64(rounds), UInt64(block), UInt64(parallel),
          UInt64(memory), key.baseAddress, key.count)
      }
    }
    guard status == 1 else { throw PasswordHashTrouble() }
    return key
  }
}
