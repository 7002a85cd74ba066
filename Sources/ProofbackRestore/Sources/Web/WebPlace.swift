import ProofbackCore

/// Host and port in the locations of places that are asked over the web.
enum WebPlace {
  /// - Throws: `location.invalid`.
  static func address(_ text: Substring, example: String) throws -> WebAddress {
    guard !text.contains("@") else {
      // Not quoted: it may be a password.
      throw LocationText.invalid(
        "the location has a login before its host, which is not allowed", hint: "give a file with it: --login FILE")
    }
    do {
      return try WebAddress("https://" + LocationText.decoded(text))
    } catch let problem as WebAddress.Problem {
      throw LocationText.invalid("the location is wrong: \(problem.fact)", hint: "for example \(example)")
    }
  }
}
