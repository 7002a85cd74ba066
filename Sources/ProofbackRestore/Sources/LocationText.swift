import ProofbackCore

/// What every kind of location refuses, and the reading of percent-encoded parts.
enum LocationText {
  /// Longer ones are refused, in UTF-8 bytes: Linux's own limit of a path.
  static let longest = 4096

  /// - Throws: `location.invalid` for empty or overlong text and for control, bidirectional and invisible characters.
  static func check(_ text: some StringProtocol) throws {
    guard !text.isEmpty else { throw invalid("the location is empty") }
    guard text.utf8.count <= longest else { throw invalid("the location is longer than \(longest) bytes") }
    guard isHarmless(text) else {
      throw invalid(
        "the location has a control or invisible character: \(UntrustedText.line(text, limit: 120))",
        hint: "a file whose name has one is reached by its folder and --file with ? in its place")
    }
  }

  /// - Throws: `location.invalid` when one of the path's parts is `..`.
  static func checkParts(of path: some StringProtocol) throws {
    guard !path.split(separator: "/").contains("..") else {
      throw invalid("the location has a .. part", hint: "write the path without going up: an absolute one")
    }
  }

  /// `text` with its `%41`s read, and checked again: what was hidden by the encoding is refused like what was not.
  static func decoded(_ text: some StringProtocol) throws -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
        rest.first != UInt8(ascii: "+")
      else {
        throw invalid("a % in the location is not followed by two hexadecimal digits", hint: "a % itself is %25")
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    guard let result = String(validating: bytes, as: UTF8.self) else {
      throw invalid("the location's %-encoded bytes are not UTF-8")
    }
    if !result.isEmpty { try check(result) }
    return result
  }

  static func isHarmless(_ text: some StringProtocol) -> Bool { UntrustedText.line(text, limit: .max) == text }

  /// The finding that says a location was refused. Never quote a part that may hold a password.
  static func invalid(_ message: String, hint: String? = nil) -> RunTrouble {
    RunTrouble(SourceFindings.invalid, message, hint: hint)
  }
}
