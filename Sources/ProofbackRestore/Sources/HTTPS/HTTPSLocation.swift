import ProofbackCore

/// The closed schema of `https://host:port/path`: these fields and no other.
struct HTTPSLocation: Sendable, Equatable {
  /// Scheme, host and port.
  var origin: WebAddress
  var path: RawPath

  /// Reads what follows `https://`.
  /// - Throws: `location.invalid`.
  init(_ text: Substring) throws {
    guard !text.contains(where: { "?#".contains($0) }) else {
      throw LocationText.invalid(
        "the location has something after a ? or #, which is not allowed",
        hint: "what stands there is often a secret: give it as a login; a ? in a file's name is written %3F")
    }
    let slash = text.firstIndex(of: "/") ?? text.endIndex
    origin = try WebPlace.address(text[..<slash], example: HTTPSSourceKind.example)
    let decoded = try LocationText.decoded(text[slash...])
    try LocationText.checkParts(of: decoded)
    guard decoded.utf8.count <= 2000 else { throw LocationText.invalid("the path is longer than 2000 bytes") }
    path = RawPath(decoded.isEmpty ? "/" : decoded)
  }

  var target: HTTPSTarget { HTTPSTarget(origin: origin, target: HTTPSTarget.encoded(path.bytes)) }

  /// For people.
  var shown: String { UntrustedText.line("\(origin.origin)\(path.shown)", limit: 300) }
}

/// What one request asks for.
struct HTTPSTarget: Sendable, Equatable {
  var origin: WebAddress
  /// Path and query, as they are sent. A query came from a redirect and may be a secret: it is never shown.
  var target: String

  init(origin: WebAddress, target: String) {
    self.origin = origin
    self.target = target
  }

  /// Where an answer leads to (RFC 9110, section 10.2.2).
  /// - Returns: nil when that is not plainly a place of the web over TLS.
  init?(_ reference: String, seenFrom here: HTTPSTarget) {
    guard !reference.isEmpty, reference.utf8.count <= 8192, reference.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      !reference.contains("\\")
    else { return nil }
    let rest = reference.prefix { $0 != "#" }
    if rest.lowercased().hasPrefix("https://") || rest.hasPrefix("//") {
      let place = rest[(rest.firstRange(of: "//")!.upperBound)...]
      let end = place.firstIndex { "/?".contains($0) } ?? place.endIndex
      guard let origin = try? WebAddress("https://\(place[..<end])") else { return nil }
      let tail = place[end...]
      self.init(origin: origin, target: tail.hasPrefix("/") ? String(tail) : "/" + tail)
    } else if rest.hasPrefix("/") {
      self.init(origin: here.origin, target: String(rest))
    } else {
      guard !rest.prefix(while: { $0 != "/" && $0 != "?" }).contains(":") else { return nil }
      let path = here.target.prefix { $0 != "?" }
      let folder = rest.hasPrefix("?") ? path : path[...(path.lastIndex(of: "/") ?? path.startIndex)]
      self.init(origin: here.origin, target: "\(folder)\(rest)")
    }
    // Nobody needs them, and servers differ in what they make of them.
    guard !target.prefix(while: { $0 != "?" }).split(separator: "/").contains("..") else { return nil }
  }

  var address: String { origin.origin + target }

  static func encoded(_ bytes: [UInt8]) -> String { S3Text.encoded(bytes, keeping: "/!$&'()*+,;=:@") }
}
