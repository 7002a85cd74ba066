import Foundation
import Glibc
import ProofbackCore

/// Why a host is not asked.
public struct ReachProblem: Error, Equatable {
  /// Whether it was looked up, and lies on this machine's own network.
  public var isLocal: Bool
  public var fact: String
  public var hint: String
}

/// Which addresses stand behind a host, and whether they may be asked on behalf of people. Whoever asks is given these
/// addresses, so that a name can't change its mind between the look and the asking.
public enum Reach {
  public struct Found: Sendable {
    /// As text, IPv6 without brackets.
    public var addresses: [String]
    /// Whether the host is an address itself.
    public var isNumeric: Bool
  }

  public static let hint = "a manager can allow this host under Settings"

  /// - Throws: `ReachProblem`.
  public static func find(_ host: String, allowedHosts: [String]) async throws -> Found {
    let found = try await Blocking.run("resolve") { try resolve(host) }
    if !allowedHosts.contains(host), let local = found.addresses.first(where: { $0.address.isLocal }) {
      let what = found.isNumeric ? host : "\(host) (\(local.text))"
      throw ReachProblem(isLocal: true, fact: "\(what) lies on this machine's own network", hint: hint)
    }
    return Found(addresses: found.addresses.map(\.text), isNumeric: found.isNumeric)
  }

  /// Whether a text is an address of this machine's own network, or its name; nothing is asked for it.
  public static func isPlainlyLocal(_ host: String) -> Bool {
    let host = host.lowercased()
    if host == "localhost" || host.hasSuffix(".localhost") { return true }
    return lookUp(host, flags: AI_NUMERICHOST)?.contains { $0.address.isLocal } ?? false
  }

  private typealias Entry = (text: String, address: NetworkAddress)

  private static func resolve(_ host: String) throws -> (addresses: [Entry], isNumeric: Bool) {
    if let numeric = lookUp(host, flags: AI_NUMERICHOST) { return (numeric, true) }
    guard let named = lookUp(host, flags: AI_ADDRCONFIG) ?? lookUp(host, flags: 0), !named.isEmpty else {
      throw ReachProblem(isLocal: false, fact: "there is no host \(UntrustedText.line(host, limit: 100))", hint: "")
    }
    return (named, false)
  }

  private static func lookUp(_ host: String, flags: Int32) -> [Entry]? {
    var hints = addrinfo()
    hints.ai_flags = flags
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return nil }
    defer { freeaddrinfo(list) }
    var entries: [Entry] = []
    var next = list
    while let entry = next?.pointee {
      if let found = read(entry), !entries.contains(where: { $0.text == found.text }) { entries.append(found) }
      next = entry.ai_next
    }
    return entries
  }

  private static func read(_ entry: addrinfo) -> Entry? {
    guard let address = entry.ai_addr else { return nil }
    let bytes: [UInt8] =
      switch entry.ai_family {
      case AF_INET:
        address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) }
        }
      case AF_INET6:
        address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
          withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) }
        }
      default: []
      }
    guard let found = NetworkAddress(bytes: bytes) else { return nil }
    var text = [CChar](repeating: 0, count: 64)
    var copy = bytes
    guard inet_ntop(entry.ai_family, &copy, &text, 64) != nil else { return nil }
    return (String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self), found)
  }
}
