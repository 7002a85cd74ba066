import ProofbackCore

/// The closed schema of `ssh://user@host:port/path`: these fields and no other.
struct SSHLocation: Sendable, Equatable {
  /// Nil: the name of the user that Proofback runs as, as OpenSSH does it.
  var user: String?
  /// Name or address, lower-case, IPv6 without brackets.
  var host: String
  var port: UInt16
  /// Absolute, or relative to the user's home (`/~/…` in the location).
  var path: RawPath

  /// How forms ask for it.
  static let addressPart = BackupServerKind.Part(
    "address", "Address", hint: "backup@db1.example.org, with a port: backup@db1.example.org:2222", isRequired: true)

  /// Reads what follows `ssh://`.
  /// - Throws: `location.invalid`.
  init(_ text: Substring) throws {
    guard !text.contains(where: { "?#".contains($0) }) else {
      throw LocationText.invalid(
        "the location has options after a ? or #, which are not allowed",
        hint: "a ? in a file's name is written %3F, a # is %23")
    }
    let slash = text.firstIndex(of: "/") ?? text.endIndex
    var authority = text[..<slash]
    if let at = authority.lastIndex(of: "@") {
      user = try Self.user(authority[..<at])
      authority = authority[authority.index(after: at)...]
    }
    (host, port) = try Self.hostAndPort(authority)
    path = try Self.path(text[slash...])
  }

  private static func user(_ text: Substring) throws -> String {
    // Not quoted: what follows the colon would be a password.
    guard !text.contains(":") else {
      throw LocationText.invalid(
        "the location has a password, which is not allowed", hint: "log in with a key: --ssh-key FILE")
    }
    let user = try LocationText.decoded(text)
    guard isPlain(user, more: "._-+@$\\"), user.utf8.count <= 128 else {
      throw LocationText.invalid("the user is no user name: \(UntrustedText.line(user, limit: 60))")
    }
    return user
  }

  private static func hostAndPort(_ text: Substring) throws -> (String, UInt16) {
    var host = text
    var port = "22"[...]
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw LocationText.invalid("the location's [ has no ]") }
      host = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { throw LocationText.invalid("after the ] comes no :port") }
      if !rest.isEmpty { port = rest.dropFirst() }
      return (try address(host), try number(port))
    }
    if let colon = text.firstIndex(of: ":") {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
    }
    if port.contains(":") {
      throw LocationText.invalid("the host has several colons", hint: "an IPv6 address is written in brackets: [::1]")
    }
    let name = try LocationText.decoded(host).lowercased()
    guard isPlain(name, more: ".-_"), name.utf8.count <= 253 else {
      throw LocationText.invalid("the host is no host name: \(UntrustedText.line(name, limit: 60))")
    }
    return (name, try number(port))
  }

  /// An IPv6 address, with a zone where it has one (`fe80::1%25eth0`).
  private static func address(_ text: Substring) throws -> String {
    let parts = try LocationText.decoded(text).lowercased().split(
      separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    let isAddress =
      parts[0].contains(":") && parts[0].allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == ":" || $0 == ".") }
    guard isAddress, parts.count == 1 || isPlain(parts[1], more: "._-") else {
      throw LocationText.invalid("what stands in brackets is no IPv6 address")
    }
    return parts.joined(separator: "%")
  }

  private static func number(_ text: Substring) throws -> UInt16 {
    guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(text), port > 0 else {
      throw LocationText.invalid("the port is no number from 1 to 65535: \(UntrustedText.line(text, limit: 20))")
    }
    return port
  }

  private static func path(_ text: Substring) throws -> RawPath {
    guard !text.isEmpty else {
      throw LocationText.invalid("the location names a host and no path", hint: "write ssh://user@host/folder/file")
    }
    let decoded = try LocationText.decoded(text)
    try LocationText.checkParts(of: decoded)
    guard text == "/~" || text.hasPrefix("/~/") else { return RawPath(decoded) }
    let below = decoded.dropFirst(3)
    // `./` keeps a name that begins with - or ~ from being anything but a name.
    return RawPath(below.isEmpty ? "." : "./\(below)")
  }

  /// ASCII letters, digits and `more`, not empty, not beginning with a `-` (an option, to the programs that we call).
  private static func isPlain(_ text: some StringProtocol, more: String) -> Bool {
    !text.isEmpty && !text.hasPrefix("-")
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || more.contains($0)) }
  }

  /// As known_hosts files name it.
  var knownHostsName: String { port == 22 ? host : "[\(host)]:\(port)" }
}
