import ProofbackCore

/// The closed schema of a location at one of rclone's backends: `webdav://host/path?root=…`, `b2://bucket/key`.
struct RcloneLocation: Sendable {
  let backend: RcloneBackend
  /// Of kinds that name a host.
  var address: WebAddress?
  /// Of the others.
  var bucket: String?
  /// Without a leading `/`; empty: the top itself.
  var path: RawPath
  var options: LocationOptions

  /// Reads what follows `scheme://`.
  /// - Throws: `location.invalid`.
  init(_ text: Substring, _ backend: RcloneBackend) throws {
    self.backend = backend
    let parts = try LocationOptions.parts(text, allowed: backend.fields.map(\.name))
    options = parts.options
    if backend.isHost {
      address = try WebPlace.address(parts.place, example: backend.example)
    } else {
      bucket = try Self.bucket(parts.place, backend)
    }
    path = RawPath(String(parts.path.drop { $0 == "/" }))
    for field in backend.fields { try Self.check(field, options[field.name]) }
  }

  /// What rclone is asked for: `backup:` and what lies there.
  func remote(_ path: RawPath) -> String {
    let place = String(decoding: path.bytes, as: UTF8.self)
    return "\(RcloneConfig.remote):" + (bucket.map { place.isEmpty ? $0 : "\($0)/\(place)" } ?? place)
  }

  /// Host or bucket, for people.
  var place: String { address.map(\.authority) ?? bucket ?? "" }

  /// Hosts that rclone is going to ask because this location names them.
  var hosts: [String] {
    let named = backend.fields.compactMap { field -> String? in
      guard case .web = field.rule else { return nil }
      return options[field.name].flatMap { try? WebAddress($0) }?.host
    }
    return [address?.host].compactMap(\.self) + named
  }

  // MARK: Fields

  private static func bucket(_ text: Substring, _ backend: RcloneBackend) throws -> String {
    let name = try LocationText.decoded(text)
    guard name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._\-]{0,253}/) != nil, !name.contains("..") else {
      throw LocationText.invalid(
        "the \(backend.first.name) is no \(backend.first.name)'s name: \(UntrustedText.line(name, limit: 60))",
        hint: "for example \(backend.example)")
    }
    return name
  }

  private static func check(_ field: RcloneBackend.Field, _ value: String?) throws {
    guard let value else {
      guard !field.isRequired else {
        throw LocationText.invalid(
          "the location has no \(field.name)=", hint: "for example ?\(field.name)=\(field.hint)")
      }
      return
    }
    let isRight =
      switch field.rule {
      case .name: value.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._@ \-]{0,120}/) != nil && !value.hasSuffix(" ")
      case .path:
        value.wholeMatch(of: /[A-Za-z0-9\/._@~ \-]{1,500}/) != nil && !value.split(separator: "/").contains("..")
      case .web: (try? WebAddress(value)).map { $0.isSecure && !$0.target.contains("?") } ?? false
      case .oneOf(let words): words.contains(value)
      }
    guard isRight else {
      throw LocationText.invalid(
        "\(field.name)= is wrong in the location: \(UntrustedText.line(value, limit: 60))", hint: field.hint)
    }
  }
}
