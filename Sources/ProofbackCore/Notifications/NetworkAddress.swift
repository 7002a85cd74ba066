import Glibc

/// An IP address as bytes.
public struct NetworkAddress: Sendable, Equatable {
  /// Four or sixteen.
  public let bytes: [UInt8]

  /// Nil unless there are four or sixteen.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// Nil when the text is no address in its usual form.
  public init?(_ text: String) {
    var four = [UInt8](repeating: 0, count: 4)
    var sixteen = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = four
    } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
      bytes = sixteen
    } else {
      return nil
    }
  }

  /// Whether it is this machine itself, something that only this machine's link can reach, where clouds keep what they
  /// tell their machines, or nobody in particular (RFC 6890). Such are not asked on behalf of others.
  public var isLocal: Bool {
    if let four = embedded { return NetworkAddress(bytes: four)?.isLocal ?? true }
    guard bytes.count == 4 else {
      let isLinkLocal = bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
      return isLinkLocal || bytes[0] == 0xFF || bytes == Self.loopback || bytes == [UInt8](repeating: 0, count: 16)
        || Self.metadata.contains(bytes)
    }
    return switch (bytes[0], bytes[1]) {
    case (0, _), (127, _), (169, 254), (224...255, _): true
    default: Self.metadata.contains(bytes)
    }
  }

  private static let loopback: [UInt8] = Array(repeating: 0, count: 15) + [1]
  /// Where clouds answer beside 169.254.169.254: AWS over IPv6, Alibaba, Azure.
  private static let metadata: [[UInt8]] = [
    [0xFD, 0x00, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54], [100, 100, 100, 200], [168, 63, 129, 16],
  ]

  /// The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64 (RFC 6052), 6to4 (RFC 3056).
  private var embedded: [UInt8]? {
    guard bytes.count == 16 else { return nil }
    let head = Array(bytes[..<12])
    let last = Array(bytes[12...])
    if head == Array(repeating: 0, count: 10) + [0xFF, 0xFF] { return last }
    if head == Array(repeating: 0, count: 12), last[0] != 0 { return last }
    if head == [0, 0x64, 0xFF, 0x9B] + Array(repeating: 0, count: 8) { return last }
    return bytes[0] == 0x20 && bytes[1] == 0x02 ? Array(bytes[2..<6]) : nil
  }
}
