import ProofbackCore

/// What stands behind the `?` of a location: fields of a closed list, once each.
struct LocationOptions: Sendable, Equatable {
  private let values: [String: String]

  /// - Parameters:
  ///   - allowed: names; any other is refused.
  /// - Throws: `location.invalid`.
  init(_ text: some StringProtocol, allowed: [String]) throws {
    var values: [String: String] = [:]
    for part in text.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(pair[0])
      guard allowed.contains(name), pair.count == 2, values[name] == nil else {
        throw LocationText.invalid(
          "the location has an option that is not allowed: \(UntrustedText.line(name, limit: 40))",
          hint:
            "allowed are \(allowed.map { "\($0)=" }.joined(separator: ", ")), once each; a ? in a name is written %3F")
      }
      values[name] = try LocationText.decoded(pair[1])
    }
    self.values = values
  }

  /// Nil when it is not given, or empty.
  subscript(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// Parts a location's text behind its scheme: what stands where hosts do, the path with its `/`, the options.
  static func parts(
    _ text: Substring, allowed: [String]
  ) throws -> (place: Substring, path: String, options: LocationOptions) {
    guard !text.contains("#") else {
      throw LocationText.invalid("the location has a #", hint: "a # in a name is written %23")
    }
    let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let slash = halves[0].firstIndex(of: "/") ?? halves[0].endIndex
    let path = try LocationText.decoded(halves[0][slash...])
    try LocationText.checkParts(of: path)
    return (halves[0][..<slash], path, try LocationOptions(halves.count > 1 ? halves[1] : "", allowed: allowed))
  }
}
