/// `sessions`, `app.log_*`: `*` for any characters, `?` for one.
public struct NamePattern: Sendable {
  private let pattern: [Character]
  public init(_ pattern: String) { self.pattern = Array(pattern) }

  public static func any(of patterns: [String], matches name: String, or qualified: String) -> Bool {
    patterns.contains { NamePattern($0).matches(name) || NamePattern($0).matches(qualified) }
  }

  public func matches(_ text: String) -> Bool {
    Wildcards.match(pattern, Array(text), isMany: { $0 == "*" }, fits: { $0 == "?" || $0 == $1 })
  }
}
