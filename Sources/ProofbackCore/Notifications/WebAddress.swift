/// An `http` or `https` address in its parts. What is not plainly one is refused: no login in it, no spaces, quotes or
/// characters that readers of addresses disagree on.
public struct WebAddress: Sendable, Equatable, CustomStringConvertible {
  public let isSecure: Bool
  /// A name, an IPv4 address, or an IPv6 address without its brackets; lower-case.
  public let host: String
  public let port: Int
  /// Path and query, with the leading `/`.
  public let target: String

  /// What is wrong with a text that is none.
  public struct Problem: Error, Equatable {
    /// A lower-case fact.
    public var fact: String
  }

  public init(_ text: String) throws(Problem) {
    guard text.utf8.count <= 2000 else { throw Problem(fact: "it is longer than 2000 bytes") }
    let shape =
      /(https?):\/\/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._\-]*[A-Za-z0-9])?)(?::([0-9]{1,5}))?([\/?][!$-;=?-\[\]_a-z~]*)?/
    guard let match = text.wholeMatch(of: shape) else {
      throw Problem(fact: "\(UntrustedText.line(text, limit: 80)) is no web address")
    }
    isSecure = match.output.1 == "https"
    host = String(match.output.2.drop { $0 == "[" }.prefix { $0 != "]" }).lowercased()
    guard host.utf8.count <= 253 else { throw Problem(fact: "its host is longer than a name can be") }
    let number = match.output.3.flatMap { Int($0) } ?? (isSecure ? 443 : 80)
    guard (1...65_535).contains(number) else { throw Problem(fact: "\(number) is no port") }
    port = number
    let rest = match.output.4.map(String.init) ?? "/"
    target = rest.hasPrefix("/") ? rest : "/" + rest
  }

  /// The host as it stands in addresses.
  public var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
  }

  /// Whether it can be seen without asking anybody that it leads to this machine's own network.
  public var isPlainlyLocal: Bool {
    host == "localhost" || host.hasSuffix(".localhost") || NetworkAddress(host)?.isLocal ?? false
  }

  /// Scheme and host: what may be shown where the rest is somebody's secret.
  public var origin: String { "\(isSecure ? "https" : "http")://\(authority)" }

  public var description: String { origin + target }
}
