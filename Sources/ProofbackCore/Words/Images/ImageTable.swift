/// Which image a backup is restored into, by what it says of its server. As text, one rule a line, the first that fits
/// wins:
///
///     mysql 5 = mysql:5.7
///     mysql = mysql:{major}.{minor}
///     mysql ? = mysql:8.4
///
/// A rule names a type and the version's first numbers, or `?` for a backup that tells no version.
public struct ImageTable: Sendable, Equatable {
  public struct Rule: Sendable, Equatable {
    public enum Versions: Sendable, Equatable {
      /// Those that begin with these numbers; none: any.
      case beginning([Int])
      case unknown
    }
    public var type: DatabaseType
    public var versions: Versions
    /// `{major}` and `{minor}` stand for the version's numbers.
    public var image: String

    init(_ type: String, _ versions: Versions, _ image: String) {
      self.type = DatabaseType(type)
      self.versions = versions
      self.image = image
    }
  }

  public struct Problem: Error, Equatable {
    /// From 1.
    public var line: Int
    public var fact: String
  }

  public var rules: [Rule]
  public init(rules: [Rule]) { self.rules = rules }

  /// The makers' own images on Docker Hub; MySQL's innovation releases and MongoDB's have a tag per minor version.
  public static let usual = ImageTable(rules: [
    Rule("mariadb", .beginning([]), "mariadb:{major}.{minor}"), Rule("mariadb", .unknown, "mariadb:11.8"),
    Rule("mysql", .beginning([5]), "mysql:5.7"), Rule("mysql", .beginning([]), "mysql:{major}.{minor}"),
    Rule("mysql", .unknown, "mysql:8.4"), Rule("postgresql", .beginning([]), "postgres:{major}"),
    Rule("postgresql", .unknown, "postgres:17"), Rule("mongodb", .beginning([]), "mongo:{major}.{minor}"),
    Rule("mongodb", .unknown, "mongo:8.0"),
  ])

  /// - Throws: `Problem`.
  public init(_ text: String) throws {
    rules = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = line.split(separator: "#", omittingEmptySubsequences: false)[0].trimmed
      if line.isEmpty { continue }
      do { rules.append(try Rule(line)) } catch let fact as RuleFault {
        throw Problem(line: index + 1, fact: fact.text)
      }
    }
  }

  public var text: String { rules.map(\.text).joined(separator: "\n") }

  /// The image for what a backup needs, and the rule that names it; nil when no rule fits.
  public func image(for needs: BackupNeeds) -> (image: String, rule: Rule)? {
    let numbers = needs.numbers
    guard let rule = rules.first(where: { $0.fits(needs.type, numbers) }) else { return nil }
    return (rule.image(numbers), rule)
  }
}

private struct RuleFault: Error { var text: String }

extension ImageTable.Rule {
  fileprivate init(_ line: String) throws {
    guard let sign = line.firstIndex(of: "=") else {
      throw RuleFault(text: "\(UntrustedText.line(line, limit: 80)) has no =")
    }
    let words = line[..<sign].split(separator: " ").map(String.init)
    image = line[line.index(after: sign)...].trimmed
    guard let name = words.first, words.count <= 2 else {
      throw RuleFault(text: "before the = stands a type and, if anything, a version")
    }
    type = DatabaseType(name)
    versions = try words.count == 2 ? Self.versions(words[1]) : .beginning([])
    guard ImageName.isName(image.replacing("{major}", with: "1").replacing("{minor}", with: "1")) else {
      throw RuleFault(text: "\(UntrustedText.line(image, limit: 80)) is no image's name")
    }
    if versions == .unknown, image.contains("{") {
      throw RuleFault(text: "\(image) asks for a version that is not known")
    }
  }

  private static func versions(_ word: String) throws -> Versions {
    if word == "?" { return .unknown }
    let numbers = word.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count <= 3, !numbers.contains(nil), !numbers.contains(where: { $0! < 0 || $0! > 9999 }) else {
      throw RuleFault(text: "\(UntrustedText.line(word, limit: 40)) is no version")
    }
    return .beginning(numbers.map { $0! })
  }

  public var text: String {
    switch versions {
    case .beginning([]): "\(type.rawValue) = \(image)"
    case .beginning(let numbers): "\(type.rawValue) \(numbers.map(String.init).joined(separator: ".")) = \(image)"
    case .unknown: "\(type.rawValue) ? = \(image)"
    }
  }

  fileprivate func fits(_ type: DatabaseType, _ numbers: [Int]) -> Bool {
    guard type == self.type else { return false }
    switch versions {
    case .unknown: return numbers.isEmpty
    case .beginning(let first):
      if image.contains("{minor}") && numbers.count < 2 { return false }
      return !numbers.isEmpty && numbers.starts(with: first)
    }
  }

  fileprivate func image(_ numbers: [Int]) -> String {
    let minor = numbers.count > 1 ? numbers[1] : 0
    return image.replacing("{major}", with: "\(numbers.first ?? 0)").replacing("{minor}", with: "\(minor)")
  }
}

extension ImageTable: Codable {
  public init(from decoder: any Decoder) throws {
    self = try ImageTable(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

extension StringProtocol {
  fileprivate var trimmed: String {
    String(
      drop { $0 == " " || $0 == "\t" || $0 == "\r" }.reversed().drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        .reversed())
  }
}
