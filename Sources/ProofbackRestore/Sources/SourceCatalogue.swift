import ProofbackCore

/// The one list of the kinds of location. A new kind is a folder beside this file and one line here.
public enum SourceCatalogue {
  /// Asked in this order; the path comes last, since it takes whatever has no scheme.
  public static let kinds: [any SourceKind] =
    [SSHSourceKind(), S3SourceKind(), HTTPSSourceKind()] + RcloneSourceKind.all + ResticSourceKind.all
    + BorgSourceKind.all + [PathSourceKind()]

  /// Reads a location as one of the kinds.
  /// - Throws: `RunTrouble` with a code of `SourceFindings.usageErrors` when it is not allowed, malformed or of a
  ///   kind that this version does not have.
  public static func parse(_ location: String) throws -> any Source {
    try LocationText.check(location)
    for kind in kinds {
      if let source = try kind.parse(location) { return source }
    }
    throw unknown(location)
  }

  /// Reads a location and the pattern that goes with it.
  /// - Throws: as `parse`; also when the pattern is malformed, or there are no names that it could choose of.
  public static func parse(_ location: String, pattern: String?) throws -> any Source {
    let source = try parse(location)
    guard let pattern else { return source }
    _ = try FilePattern(pattern)
    guard source.reading.isListed else {
      throw RunTrouble(
        SourceFindings.patternInvalid,
        "a pattern was given, and there is no list of names at \(source.reading.host ?? "")",
        hint: "name the file in the location; or reach the folder over ssh://, s3:// or webdav://, which list names")
    }
    return source
  }

  /// What a location was understood as, with the pattern that goes with it.
  /// - Throws: as `parse`.
  public static func reading(_ location: String, pattern: String?) throws -> LocationReading {
    var reading = try parse(location, pattern: pattern).reading
    if let pattern {
      let beginning = try FilePattern(pattern).beginning
      reading.reach?.narrow(toFolderWhoseNamesBeginWith: String(decoding: beginning, as: UTF8.self))
    }
    return reading
  }

  /// The public keys that a location's host shows to anybody, unproven.
  /// - Throws: `RunTrouble`, also when hosts of its kind have none.
  public static func hostKeys(of location: String) async throws -> [ShownHostKey] {
    try LocationText.check(location)
    for kind in kinds {
      if let keys = try await kind.hostKeys(of: location) { return keys }
    }
    throw unknown(location)
  }

  private static func unknown(_ location: String) -> RunTrouble {
    let scheme = UntrustedText.line(location.prefix { $0 != ":" }, limit: 40)
    let known = kinds.flatMap(\.examples).joined(separator: "   ")
    if let range = location.firstRange(of: "://"), range.lowerBound > location.startIndex {
      return LocationText.invalid("\(scheme):// is not supported by this version", hint: "locations are: \(known)")
    }
    return LocationText.invalid(
      "a location of the form remote:path is not allowed",
      hint: "locations are: \(known); a file with a colon in its name is written ./name")
  }
}
