import Crypto
import Foundation

/// What a server says that the bytes of a file come to.
struct Checksum: Sendable, Equatable {
  enum Algorithm: String, Sendable, CaseIterable {
    // The stronger first.
    case sha512, sha256, sha1, md5

    /// Bytes.
    var length: Int {
      switch self {
      case .sha512: 64
      case .sha256: 32
      case .sha1: 20
      case .md5: 16
      }
    }

    /// As RFC 9530 and RFC 3230 name it, lower-case and without its dashes.
    init?(named text: some StringProtocol) {
      let name = text.lowercased().replacing("-", with: "")
      self.init(rawValue: name == "sha" ? "sha1" : name)
    }
  }

  var algorithm: Algorithm
  var bytes: [UInt8]
  /// Lower-case name of the header.
  var header: String

  /// The strongest that an answer has.
  /// - Parameter isWhole: whether its content is the whole file (status 200): some headers speak of the content alone.
  static func strongest(_ headers: [String: String], isWhole: Bool) -> Checksum? {
    var found = dictionary(headers, "repr-digest") + list(headers, "digest")
    if isWhole { found += dictionary(headers, "content-digest") + single(headers, "content-md5", .md5) }
    for algorithm in [Algorithm.sha256, .sha1] {
      found += single(headers, "x-amz-checksum-\(algorithm.rawValue)", algorithm)
    }
    // Of stores of build products (Artifactory, Nexus), in hexadecimal.
    for algorithm in Algorithm.allCases { found += hexadecimal(headers, "x-checksum-\(algorithm.rawValue)", algorithm) }
    let order = Algorithm.allCases
    return found.min { order.firstIndex(of: $0.algorithm)! < order.firstIndex(of: $1.algorithm)! }
  }

  /// `sha-256=:BASE64:, sha-512=:BASE64:` (RFC 9530, section 3).
  private static func dictionary(_ headers: [String: String], _ name: String) -> [Checksum] {
    pairs(headers, name).compactMap { key, value in
      guard value.count > 2, value.hasPrefix(":"), value.hasSuffix(":") else { return nil }
      return make(key, value.dropFirst().dropLast(), name)
    }
  }

  /// `SHA-256=BASE64,md5=BASE64` (RFC 3230, section 4.3.2).
  private static func list(_ headers: [String: String], _ name: String) -> [Checksum] {
    pairs(headers, name).compactMap { make($0, $1, name) }
  }

  private static func single(_ headers: [String: String], _ name: String, _ algorithm: Algorithm) -> [Checksum] {
    // `BASE64-3` is of an object's three parts, not of the object.
    guard let value = headers[name], let found = make(algorithm.rawValue, value[...], name) else { return [] }
    return [found]
  }

  private static func hexadecimal(_ headers: [String: String], _ name: String, _ algorithm: Algorithm) -> [Checksum] {
    guard let value = headers[name], value.utf8.count == algorithm.length * 2 else { return [] }
    let digits = Array(value.utf8)
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
    }
    return bytes.count == algorithm.length ? [Checksum(algorithm: algorithm, bytes: bytes, header: name)] : []
  }

  private static func pairs(_ headers: [String: String], _ name: String) -> [(Substring, Substring)] {
    (headers[name] ?? "").split(separator: ",").compactMap { part in
      let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      return pair.count == 2 ? (pair[0], pair[1].prefix { $0 != " " && $0 != ";" }) : nil
    }
  }

  private static func make(_ name: some StringProtocol, _ base64: Substring, _ header: String) -> Checksum? {
    guard let algorithm = Algorithm(named: name), let data = Data(base64Encoded: String(base64)),
      data.count == algorithm.length
    else { return nil }
    return Checksum(algorithm: algorithm, bytes: Array(data), header: header)
  }
}

/// The same, of bytes as they come.
struct RunningChecksum {
  private var hash: any HashFunction

  init(_ algorithm: Checksum.Algorithm) {
    hash =
      switch algorithm {
      case .sha512: SHA512()
      case .sha256: SHA256()
      case .sha1: Insecure.SHA1()
      case .md5: Insecure.MD5()
      }
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

  func bytes() -> [UInt8] { Array(hash.finalize()) }
}
