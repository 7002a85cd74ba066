import ProofbackCore

/// Whether a workplace's option can be what it is said to be.
enum OptionCheck {
  /// - Throws: `OptionProblem` when `value` does not match `pattern` as a whole.
  static func matches(
    _ option: String, _ value: String, _ pattern: some RegexComponent, _ example: String
  ) throws {
    guard value.wholeMatch(of: pattern) == nil else { return }
    throw OptionProblem(
      option, value.isEmpty ? "it is empty" : "\(UntrustedText.line(value, limit: 60)) can't be one",
      hint: "for example \(example)")
  }
}
