/// Names of volatile tables as people write them: `sessions, cache_*`.
public enum VolatileTables {
  public static let most = 50
  public static let longest = 200
  public struct Problem: Error {
    public var fact: String
    public var hint: String
  }

  /// Names between commas and blanks, each once.
  public static func parse(_ text: String) throws(Problem) -> [String] {
    var names: [String] = []
    for name in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init) {
      guard name.count <= longest else {
        throw Problem(fact: "a name has \(name.count) characters", hint: "\(longest) are allowed")
      }
      if !names.contains(name) { names.append(name) }
    }
    guard names.count <= most else {
      throw Problem(fact: "they are \(names.count)", hint: "\(most) are allowed; * stands for any characters")
    }
    return names
  }

  public static func text(_ names: [String]) -> String { names.joined(separator: ", ") }
}
