/// `sessions`, `app.log_*`: `*` for any characters, `?` for one.
public struct NamePattern: Sendable {
  private let pattern: [Character]
  public init(_ pattern: String) { self.pattern = Array(pattern) }

  public static func any(of patterns: [String], matches name: String, or qualified: String) -> Bool {
    patterns.contains { NamePattern($0).matches(name) || NamePattern($0).matches(qualified) }
  }

  public func matches(_ text: String) -> Bool {
    let text = Array(text)
    var place = 0
    var index = 0
    var star: (pattern: Int, text: Int)?
    while place < text.count {
      if index < pattern.count, pattern[index] == "*" {
        star = (index, place)
        index += 1
      } else if index < pattern.count, pattern[index] == "?" || pattern[index] == text[place] {
        index += 1
        place += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        index = last.pattern + 1
        place = last.text + 1
      } else {
        return false
      }
    }
    return pattern[index...].allSatisfy { $0 == "*" }
  }
}
