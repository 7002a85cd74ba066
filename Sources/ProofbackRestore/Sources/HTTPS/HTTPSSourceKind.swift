public import ProofbackCore

/// A file that a web server gives, through curl. A web server lists nothing: each location is one file.
public struct HTTPSSourceKind: SourceKind {
  static let example = "https://files.example.org/backups/shop.sql.gz"

  public let name = "https"
  public let summary = "a file on a web server"
  public let examples = [example]

  public init() {}

  public var server: BackupServerKind? {
    BackupServerKind(
      scheme: "https", title: "Web server (HTTPS)",
      parts: [.init("host", "Host", hint: "files.example.org, with a port: files.example.org:8443", isRequired: true)],
      credential: .login, credentialName: "login", credentialNeed: .optional, takesAuthority: true,
      showsHostKeys: false, entrance: "/", isListed: false,
      letIn: [
        SourceFindings.missingFile.code, SourceFindings.isFolder.code, SourceFindings.denied.code,
        HTTPSFindings.webPage.code,
      ])
  }

  /// - Throws: also for `http://`, whose bytes anybody on the way can read and change.
  public func parse(_ location: String) throws -> (any Source)? {
    if location.prefix(7).lowercased() == "http://" {
      throw LocationText.invalid(
        "http:// is not allowed: who stands on the way can read and change what comes",
        hint: "write https://; a bucket without TLS is written s3://bucket/key?endpoint=http://host")
    }
    guard location.prefix(8).lowercased() == "https://" else { return nil }
    return HTTPSSource(location: try HTTPSLocation(location.dropFirst(8)))
  }
}
