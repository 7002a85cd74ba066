import Foundation
import ProofbackCore

/// Files on this machine, mounted network file systems included.
public struct PathSourceKind: SourceKind {
  public let name = "path"
  public let summary = "a file or folder on this machine"
  public let examples = ["/srv/backups/shop.sql.gz", "./shop.sql.gz"]

  public init() {}

  /// Takes what has no scheme. A colon before the first `/` is refused, since rclone would take it for a remote
  /// (`remote:path`, `:local:/path`) and scp for a host: the text must mean one thing everywhere.
  public func parse(_ location: String) throws -> (any Source)? {
    let first = location.prefix { $0 != "/" }
    guard !first.contains(":") else { return nil }
    guard !first.hasPrefix("-") else {
      throw LocationText.invalid(
        "the location begins with a -: \(UntrustedText.line(location, limit: 120))",
        hint: "a file with such a name is written ./-name")
    }
    try LocationText.checkParts(of: location)
    let current = FileManager.default.currentDirectoryPath
    let absolute = location.hasPrefix("/") ? location : "\(current == "/" ? "" : current)/\(location)"
    return PathSource(path: RawPath(absolute))
  }
}
