import ProofbackCore

/// A shell-style pattern for names in one folder: `*`, `?`, `[a-z]`, `[!a-z]`, and `\` before a character that is
/// meant as itself. Ours, so that no remote shell ever sees it.
public struct FilePattern: Sendable {
  private enum Token: Sendable {
    case literal(Unicode.Scalar)
    case one
    case many
    case set(ranges: [ClosedRange<Unicode.Scalar>], negated: Bool)
  }

  public let text: String
  private let tokens: [Token]

  /// - Throws: `RunTrouble` (`location.pattern-invalid`, a usage error): empty, with a `/`, or with control characters.
  public init(_ text: String) throws {
    guard !text.isEmpty, text.utf8.count <= 1024, LocationText.isHarmless(text) else {
      throw RunTrouble(
        SourceFindings.patternInvalid,
        "the pattern is empty, too long or has control characters: \(UntrustedText.line(text, limit: 120))")
    }
    guard !text.contains("/") else {
      throw RunTrouble(
        SourceFindings.patternInvalid, "the pattern has a /: \(UntrustedText.line(text, limit: 120))",
        hint: "a pattern is for names in one folder; the folder belongs into the location")
    }
    self.text = text
    tokens = Self.parse(Array(text.unicodeScalars))
  }

  /// Whether `name` (repaired to UTF-8) matches as a whole. Files of copying in progress (`.part`, `.tmp` …) and hidden
  /// ones match only a pattern that names their ending or their dot.
  func matches(_ name: [UInt8]) -> Bool {
    let scalars = Array(String(decoding: name, as: UTF8.self).unicodeScalars)
    if scalars.first == ".", !text.hasPrefix("."), !text.hasPrefix("\\.") { return false }
    let lowered = String(decoding: name, as: UTF8.self).lowercased()
    for ending in Self.unfinished where lowered.hasSuffix(ending) && !text.lowercased().hasSuffix(ending) {
      return false
    }
    return matches(scalars)
  }

  /// Endings that copying tools give to what is not complete yet, and that of what lies beside a backup.
  private static let unfinished = [".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", "~", Proof.ending]

  /// What every name that matches begins with.
  var beginning: [UInt8] {
    var scalars = String.UnicodeScalarView()
    for token in tokens {
      guard case .literal(let scalar) = token else { break }
      scalars.append(scalar)
    }
    return Array(String(scalars).utf8)
  }

  private func matches(_ name: [Unicode.Scalar]) -> Bool {
    Wildcards.match(
      tokens, name, isMany: { if case .many = $0 { true } else { false } }, fits: { Self.matches($0, $1) })
  }

  private static func matches(_ token: Token, _ scalar: Unicode.Scalar) -> Bool {
    switch token {
    case .literal(let wanted): wanted == scalar
    case .one: true
    case .many: false
    case .set(let ranges, let negated): ranges.contains { $0.contains(scalar) } != negated
    }
  }

  private static func parse(_ text: [Unicode.Scalar]) -> [Token] {
    var tokens: [Token] = []
    var at = 0
    while at < text.count {
      switch text[at] {
      case "*": tokens.append(.many)
      case "?": tokens.append(.one)
      case "\\" where at + 1 < text.count:
        at += 1
        tokens.append(.literal(text[at]))
      case "[":
        guard let (set, end) = parseSet(text, from: at + 1) else { fallthrough }
        tokens.append(set)
        at = end
      default: tokens.append(.literal(text[at]))
      }
      at += 1
    }
    return tokens
  }

  /// The set that begins after a `[`, and where its `]` stands; nil when it has none (the `[` is then itself).
  private static func parseSet(_ text: [Unicode.Scalar], from start: Int) -> (Token, Int)? {
    var at = start
    let negated = at < text.count && (text[at] == "!" || text[at] == "^")
    if negated { at += 1 }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    let first = at
    while at < text.count {
      if text[at] == "]" && at > first { return (.set(ranges: ranges, negated: negated), at) }
      if at + 2 < text.count, text[at + 1] == "-", text[at + 2] != "]" {
        if text[at] <= text[at + 2] { ranges.append(text[at]...text[at + 2]) }
        at += 3
      } else {
        ranges.append(text[at]...text[at])
        at += 1
      }
    }
    return nil
  }
}
