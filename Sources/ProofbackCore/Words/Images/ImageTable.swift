/// Which image a backup is restored into, by what it says of its server. As text, one rule a line, the first that fits
/// wins:
///
///     mysql 5 = mysql:5.7
///     mysql = mysql:{major}.{minor}
///     mysql ? = mysql:8.4
///     postgresql with postgis = postgis/postgis:{major}-3.5
///
/// A rule names a type and the version's first numbers, or `?` for a backup that tells no version; `with` and a name keep
/// it for backups that need this extension or storage engine.
public struct ImageTable: Sendable, Equatable {
  public struct Rule: Sendable, Equatable {
    public enum Versions: Sendable, Equatable {
      /// Those that begin with these numbers; none: any.
      case beginning([Int])
      case unknown
    }
    public var type: DatabaseType
    public var versions: Versions
    /// An extension or storage engine that the backup must need, in lower case.
    public var part: String?
    /// `{major}` and `{minor}` stand for the version's numbers.
    public var image: String

    init(_ type: String, _ versions: Versions, with part: String? = nil, _ image: String) {
      self.part = part
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

  /// The makers' own images on Docker Hub; MySQL's innovation releases and MongoDB's have a tag per minor version. What a
  /// maker's own image has not (`pgvector`, RocksDB) is in those of whoever makes it.
  public static let usual = ImageTable(rules: [
    Rule("mysql", .beginning([]), with: "rocksdb", "percona/percona-server:{major}.{minor}"),
    Rule("postgresql", .beginning([]), with: "postgis", "postgis/postgis:{major}-3.5"),
    Rule("postgresql", .beginning([]), with: "timescaledb", "timescale/timescaledb-ha:pg{major}"),
    Rule("postgresql", .beginning([]), with: "vector", "pgvector/pgvector:pg{major}"),
    Rule("postgresql", .beginning([9]), "postgres:{major}.{minor}"),
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
    guard let rule = rules.first(where: { $0.fits(needs, numbers) }) else { return nil }
    return (rule.image(numbers), rule)
  }
}

private struct RuleFault: Error { var text: String }

extension ImageTable.Rule {
  fileprivate init(_ line: String) throws {
    guard let sign = line.firstIndex(of: "=") else {
      throw RuleFault(text: "\(UntrustedText.line(line, limit: 80)) has no =")
    }
    var words = line[..<sign].split(separator: " ").map(String.init)
    if words.count >= 3, words[words.count - 2] == "with" {
      part = words.removeLast().lowercased()
      words.removeLast()
      guard part!.wholeMatch(of: /[a-z0-9_-]{1,63}/) != nil else {
        throw RuleFault(text: "\(UntrustedText.line(part!, limit: 80)) is no extension's or storage engine's name")
      }
    }
    image = line[line.index(after: sign)...].trimmed
    guard let name = words.first, words.count <= 2 else {
      throw RuleFault(text: "before the = stands a type and, if anything, a version, and `with` and an extension")
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
    let version =
      switch versions {
      case .beginning([]): ""
      case .beginning(let numbers): " " + numbers.map(String.init).joined(separator: ".")
      case .unknown: " ?"
      }
    return "\(type.rawValue)\(version)\(part.map { " with \($0)" } ?? "") = \(image)"
  }

  fileprivate func fits(_ needs: BackupNeeds, _ numbers: [Int]) -> Bool {
    guard needs.type == type, part.map(needs.parts.contains) ?? true else { return false }
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
