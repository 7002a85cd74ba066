import ProofbackCore

/// The closed schema of `s3://bucket/key?endpoint=…&region=…&style=…`: these fields and no other.
struct S3Location: Sendable, Equatable {
  static let example = "s3://backups/shop.sql.gz"

  /// How a request names its bucket.
  enum Style: String, CaseIterable {
    /// In the path, which every service understands that we know of but a few.
    case path
    /// In the host's name, for those.
    case host
  }

  var bucket: String
  /// Without a leading `/`; empty: the bucket itself. A folder may end in a `/` or not.
  var key: RawPath
  var endpoint: WebAddress
  var region: String
  var style: Style

  /// Reads what follows `s3://`.
  /// - Throws: `location.invalid`.
  init(_ text: Substring) throws {
    guard !text.contains("#") else {
      throw LocationText.invalid("the location has a #", hint: "a # in an object's key is written %23")
    }
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let options = try LocationOptions(parts.count > 1 ? parts[1] : "", allowed: ["endpoint", "region", "style"])
    let slash = parts[0].firstIndex(of: "/") ?? parts[0].endIndex
    bucket = try Self.bucket(parts[0][..<slash])
    key = try Self.key(parts[0][slash...].dropFirst())
    region = try Self.region(options["region"])
    endpoint = try Self.endpoint(options["endpoint"], region: region)
    style = try Self.style(options["style"])
    if style == .host, endpoint.host.contains(":") || NetworkAddress(endpoint.host) != nil {
      throw LocationText.invalid(
        "the endpoint is an address, to which no bucket's name can be put", hint: "leave style=host out")
    }
  }

  /// An address of the service for `key`, percent-encoded as signing wants it.
  func address(of key: RawPath) -> String {
    let path = S3Text.encoded(key.bytes, keeping: "/")
    switch style {
    case .path: return "\(endpoint.origin)/\(bucket)/\(path)"
    case .host:
      let scheme = endpoint.isSecure ? "https" : "http"
      return "\(scheme)://\(bucket).\(endpoint.authority)/\(path)"
    }
  }

  /// The same for the bucket, with a query.
  /// - Parameter query: in the order of the names, which signing wants and curl 7.88 leaves to us.
  func address(query: [(name: String, value: [UInt8])]) -> String {
    let fields = query.map { "\($0.name)=\(S3Text.encoded($0.value))" }.joined(separator: "&")
    let base = address(of: RawPath(""))
    return (style == .path ? String(base.dropLast()) : base) + "?" + fields
  }

  /// For people, escaped: `backups/shop.sql.gz`.
  func shown(_ key: RawPath) -> String { key.bytes.isEmpty ? bucket : "\(bucket)/\(key.shown)" }

  /// As an object's.
  var reach: BucketReach {
    let isAmazons = ["amazonaws.com", "amazonaws.com.cn"].contains { endpoint.host.lowercased().hasSuffix(".\($0)") }
    return BucketReach(
      bucket: bucket, region: region, isAmazons: isAmazons && endpoint.isSecure,
      key: String(decoding: key.bytes, as: UTF8.self), isOneObject: true, answers: S3Findings.answers)
  }

  // MARK: Fields

  /// Amazon's own rules are narrower (docs.aws.amazon.com, "Bucket naming rules"); other services allow this much.
  private static func bucket(_ text: Substring) throws -> String {
    guard !text.isEmpty else { throw LocationText.invalid("the location names no bucket", hint: Self.example) }
    let bucket = try LocationText.decoded(text)
    let isName = bucket.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._\-]{0,253}/) != nil && !bucket.contains("..")
    guard isName else {
      throw LocationText.invalid("the bucket is no bucket's name: \(UntrustedText.line(bucket, limit: 60))")
    }
    return bucket
  }

  private static func key(_ text: Substring) throws -> RawPath {
    let key = try LocationText.decoded(text)
    try LocationText.checkParts(of: key)
    guard key.utf8.count <= 1024 else { throw LocationText.invalid("the key is longer than 1024 bytes") }
    return RawPath(key)
  }

  private static func region(_ text: String?) throws -> String {
    guard let text, !text.isEmpty else { return "us-east-1" }
    guard text.wholeMatch(of: /[a-z0-9][a-z0-9\-]{0,39}/) != nil else {
      throw LocationText.invalid(
        "the region is no region's name: \(UntrustedText.line(text, limit: 60))", hint: "for example eu-central-1")
    }
    return text
  }

  private static func endpoint(_ text: String?, region: String) throws -> WebAddress {
    let amazon = "https://s3.\(region).amazonaws.com\(region.hasPrefix("cn-") ? ".cn" : "")"
    let example = "for example https://minio.example.org:9000"
    do {
      let address = try WebAddress(text ?? amazon)
      guard address.target == "/" else { throw LocationText.invalid("the endpoint has a path", hint: example) }
      return address
    } catch let problem as WebAddress.Problem {
      throw LocationText.invalid("the endpoint is wrong: \(problem.fact)", hint: example)
    }
  }

  private static func style(_ text: String?) throws -> Style {
    guard let text, !text.isEmpty else { return .path }
    guard let style = Style(rawValue: text) else {
      throw LocationText.invalid(
        "the style is neither path nor host: \(UntrustedText.line(text, limit: 40))",
        hint: "leave it out, but for services that take the bucket in the host's name only")
    }
    return style
  }
}
