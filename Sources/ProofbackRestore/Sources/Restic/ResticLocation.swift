import Foundation
import ProofbackCore

/// The closed schema of a location in a restic repository: `restic://local/PATH?repository=/srv/r`,
/// `restic+ssh://user@host/PATH?repository=/srv/r`, `restic+s3://bucket/PATH?prefix=…`, `restic+https://host/PATH?repository=/r`.
/// PATH is one inside the snapshot.
struct ResticLocation: Sendable, Equatable {
  /// How the repository is reached, by the scheme's ending.
  enum Way: String, Sendable, CaseIterable {
    case local = ""
    case ssh = "+ssh"
    case s3 = "+s3"
    case https = "+https"

    var scheme: String { "restic\(rawValue)" }

    var example: String {
      switch self {
      case .local: "restic://local/var/backups/shop.sql?repository=/srv/restic"
      case .ssh: "restic+ssh://backup@db1.example.org/var/backups/shop.sql?repository=/srv/restic"
      case .s3: "restic+s3://backups/var/backups/shop.sql?prefix=restic"
      case .https: "restic+https://rest.example.org:8000/var/backups/shop.sql?repository=/shop"
      }
    }

    fileprivate var options: [String] {
      let own = self == .s3 ? ["prefix", "endpoint", "region", "style"] : ["repository"]
      return own + ["snapshot", "host", "tag"]
    }
  }

  var place: RepositoryPlace
  /// Absolute, without a `/` at its end; `/` alone: all.
  var path: String
  var choice: RepositoryChoice
  /// Of which machine, and with which tag; nil: any.
  var host: String?
  var tag: String?

  /// Whether the repository is one of this machine.
  var isHere: Bool { if case .folder = place { true } else { false } }

  /// Reads what follows `scheme://`.
  /// - Throws: `location.invalid`.
  init(_ text: Substring, _ way: Way) throws {
    let parts = try LocationOptions.parts(text, allowed: way.options)
    let options = parts.options
    path = "/" + parts.path.split(separator: "/").joined(separator: "/")
    choice = try RepositoryChoice(options["snapshot"], option: "snapshot")
    host = try Self.filter(options["host"], "host")
    tag = try Self.filter(options["tag"], "tag")
    switch way {
    case .local:
      guard parts.place == "local" else {
        throw LocationText.invalid("after restic:// comes local", hint: "for example \(way.example)")
      }
      place = .folder(try RepositoryPlace.folder(options["repository"], example: way.example))
    case .ssh:
      place = try .host(parts.place, RepositoryPlace.folder(options["repository"], example: way.example))
    case .https:
      let address = try WebPlace.address(parts.place, example: way.example)
      place = .web(address, try RepositoryPlace.folder(options["repository"] ?? "/", example: way.example))
    case .s3: place = .bucket(try Self.bucket(parts.place, options))
    }
  }

  private static func bucket(_ bucket: Substring, _ options: LocationOptions) throws -> S3Location {
    let prefix = options["prefix"] ?? ""
    let named = ["endpoint", "region", "style"].compactMap { name in
      options[name].map { "\(name)=\(S3Text.encoded($0.utf8, keeping: "/:"))" }
    }
    let query = named.isEmpty ? "" : "?" + named.joined(separator: "&")
    return try S3Location("\(bucket)/\(S3Text.encoded(prefix.utf8, keeping: "/"))\(query)"[...])
  }

  /// restic parts tags at commas; what begins with a `-` would be an option.
  private static func filter(_ text: String?, _ name: String) throws -> String? {
    guard let text else { return nil }
    guard text.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9._@:+\- ]{0,199}/) != nil else {
      throw LocationText.invalid("\(name)= is wrong in the location: \(UntrustedText.line(text, limit: 60))")
    }
    return text
  }
}
