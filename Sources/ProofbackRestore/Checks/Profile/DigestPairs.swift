import Crypto
import Foundation
import ProofbackCore

/// Finds columns that hold the digest of another column's value in the same row, and counts where they do not: a table that
/// says itself whether its values are whole. Sees a bit that flipped in a stored file. Outside of the corpus: attachments in a
/// wiki's database, each with the SHA-1 that its upload had.
struct DigestPairs {
  private struct Pair: Hashable {
    var column: Int
    var content: Int
    var algorithm: DigestAlgorithm
  }
  private var holds: [Pair: UInt64] = [:]
  private var broken: [Pair: UInt64] = [:]
  private var rows = 0
  /// Of the row that is being read: texts that may be digests, and digests of values.
  private var texts: [Int: [UInt8]] = [:]
  private var digests: [Int: [DigestAlgorithm: [UInt8]]] = [:]
  /// What is computed of a column once it is known what is needed.
  private var wanted: [Int: Set<DigestAlgorithm>] = [:]

  /// Rows by which it is found out whether there are such columns.
  private static let trialRows = 24
  private var isTrying: Bool { rows < Self.trialRows }
  private(set) var isOver = false

  mutating func take(_ column: Int, _ bytes: UnsafeRawBufferPointer, isText: Bool) {
    if isText {
      if DigestAlgorithm(digits: bytes.count) != nil, bytes.allSatisfy(Self.isHexadecimal) {
        texts[column] = bytes.map { $0 | 0x20 }
      }
      // Most texts are no files; short ones are nobody's digest.
      guard bytes.count >= 64 else { return }
    }
    let algorithms = isTrying ? Set(DigestAlgorithm.allCases) : wanted[column] ?? []
    for algorithm in algorithms { digests[column, default: [:]][algorithm] = algorithm.digest(of: bytes) }
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...102).contains(byte | 0x20)
  }

  mutating func endRow() {
    defer {
      texts.removeAll(keepingCapacity: true)
      digests.removeAll(keepingCapacity: true)
    }
    for (column, text) in texts {
      guard let algorithm = DigestAlgorithm(digits: text.count) else { continue }
      for (content, made) in digests where content != column {
        guard let digest = made[algorithm] else { continue }
        let pair = Pair(column: column, content: content, algorithm: algorithm)
        if digest == text { holds[pair, default: 0] += 1 } else { broken[pair, default: 0] += 1 }
      }
    }
    rows += 1
    if rows == Self.trialRows { conclude() }
  }

  private mutating func conclude() {
    holds = holds.filter { $0.value >= 3 && $0.value >= broken[$0.key] ?? 0 }
    broken = broken.filter { holds[$0.key] != nil }
    for pair in holds.keys { wanted[pair.content, default: []].insert(pair.algorithm) }
    isOver = holds.isEmpty
  }

  mutating func finish() -> [DigestClaim] {
    if isTrying { conclude() }
    return holds.map { pair, count in
      DigestClaim(
        column: pair.column, content: pair.content, algorithm: pair.algorithm.rawValue, holds: count,
        broken: broken[pair] ?? 0)
    }.sorted { ($0.column, $0.content) < ($1.column, $1.content) }
  }
}

/// Digests that people store as hexadecimal digits.
enum DigestAlgorithm: String, CaseIterable {
  case md5 = "MD5"
  case sha1 = "SHA-1"
  case sha256 = "SHA-256"
  case sha512 = "SHA-512"

  init?(digits: Int) {
    switch digits {
    case 32: self = .md5
    case 40: self = .sha1
    case 64: self = .sha256
    case 128: self = .sha512
    default: return nil
    }
  }

  /// As lower-case digits.
  func digest(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
    let data = Data(bytes)
    let digest: [UInt8] =
      switch self {
      case .md5: Array(Insecure.MD5.hash(data: data))
      case .sha1: Array(Insecure.SHA1.hash(data: data))
      case .sha256: Array(SHA256.hash(data: data))
      case .sha512: Array(SHA512.hash(data: data))
      }
    let digits = Array("0123456789abcdef".utf8)
    return digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }
}
