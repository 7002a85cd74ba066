import Foundation
import ProofbackCore

/// Where a repository lies.
enum RepositoryPlace: Sendable, Equatable {
  /// On this machine.
  case folder(RawPath)
  /// With the repository's path.
  case host(SSHLocation)
  /// With its prefix as key.
  case bucket(S3Location)
  /// A server for repositories, and the path there.
  case web(WebAddress, RawPath)

  /// For people.
  var shown: String {
    switch self {
    case .folder(let path): "the repository \(path.shown)"
    case .host(let location): "the repository \(location.path.shown) at \(location.knownHostsName)"
    case .bucket(let location): "the repository \(location.shown(location.key)) at \(location.endpoint.authority)"
    case .web(let address, let path): "the repository \(path.shown) at \(address.authority)"
    }
  }

  /// What the place is in messages: a host that answers, or not.
  var server: String {
    switch self {
    case .folder: "this machine"
    case .host(let location): location.knownHostsName
    case .bucket(let location): location.endpoint.authority
    case .web(let address, _): address.authority
    }
  }

  /// - Parameter path: inside the snapshot.
  func reading(_ path: String, program: String) -> LocationReading {
    let description = UntrustedText.line("\(path) in \(shown) (\(program))", limit: 500)
    switch self {
    case .folder(let folder):
      return LocationReading(
        host: nil, path: String(decoding: folder.bytes, as: UTF8.self), description: description)
    case .host(let location): return LocationReading(host: location.host, path: path, description: description)
    case .bucket(let location):
      let (host, bucket) = (location.endpoint.host, location.bucket.lowercased())
      return LocationReading(
        host: host, places: ["\(host)/\(bucket)", bucket, host], path: path, description: description)
    case .web(let address, _):
      return LocationReading(host: address.host, path: path, description: description, isWeb: true)
    }
  }

  /// An absolute path on a machine, as `repository=` gives it.
  /// - Throws: `location.invalid`.
  static func folder(_ text: String?, example: String) throws -> RawPath {
    guard let text else {
      throw LocationText.invalid("the location does not say where the repository lies", hint: "for example \(example)")
    }
    try LocationText.checkParts(of: text)
    guard text.hasPrefix("/"), text.split(separator: "/").allSatisfy({ !$0.hasPrefix("-") }) else {
      throw LocationText.invalid(
        "repository= is no absolute path: \(UntrustedText.line(text, limit: 120))", hint: "for example \(example)")
    }
    let parts = text.split(separator: "/")
    return RawPath("/" + parts.joined(separator: "/"))
  }

  /// - Parameter place: `user@host:port`.
  static func host(_ place: Substring, _ repository: RawPath) throws -> RepositoryPlace {
    var location = try SSHLocation("\(place)/")
    location.path = repository
    return .host(location)
  }
}
