/// The two branches of the family. They are one engine; what differs hangs on this value.
public enum ServerFlavour: String, Sendable, Equatable, Codable {
  case mysql, mariadb
}

/// A server's version, ordered.
public struct ServerVersion: Sendable, Equatable, Hashable, Comparable, Codable, CustomStringConvertible {
  public var major: Int
  public var minor: Int
  public var patch: Int

  public init(_ major: Int, _ minor: Int = 0, _ patch: Int = 0) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// Reads the leading `11.4.2` of a version string such as `11.4.2-MariaDB-log`. MariaDB 10 and later announce themselves to
  /// old clients as `5.5.5-10.…`; that prefix is skipped (MariaDB, sql/mysqld.cc, RPL_VERSION_HACK).
  public init?(_ text: String) {
    let text = text.hasPrefix("5.5.5-1") ? text.dropFirst(6) : text[...]
    var numbers: [Int] = []
    for part in text.split(separator: ".", omittingEmptySubsequences: false).prefix(3) {
      let digits = part.prefix { $0.isASCII && $0.isNumber }.prefix(6)
      guard let number = Int(digits) else { break }
      numbers.append(number)
      if digits.count < part.count { break }
    }
    guard numbers.count >= 2 else { return nil }
    self.init(numbers[0], numbers[1], numbers.count > 2 ? numbers[2] : 0)
  }

  /// The number that versioned comments are held against: 8.0.36 is 80036.
  public var number: Int { major * 10_000 + minor * 100 + patch }

  public var description: String { "\(major).\(minor).\(patch)" }

  public static func < (left: ServerVersion, right: ServerVersion) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }
}

/// The server that the dump will be restored into.
public struct ServerTarget: Sendable, Equatable {
  public var flavour: ServerFlavour
  public var version: ServerVersion
  /// Storage engines that the server has (`SHOW ENGINES`), in lower case.
  public var engines: Set<String>

  public init(flavour: ServerFlavour, version: ServerVersion, engines: Set<String>? = nil) {
    self.flavour = flavour
    self.version = version
    self.engines = Set((engines ?? Self.builtInEngines(flavour)).map { $0.lowercased() })
  }

  /// What a server has without any plug-in being installed.
  static func builtInEngines(_ flavour: ServerFlavour) -> Set<String> {
    let common: Set<String> = [
      "innodb", "myisam", "memory", "heap", "csv", "merge", "mrg_myisam", "performance_schema",
    ]
    return common.union(flavour == .mariadb ? ["aria", "sequence"] : ["archive", "blackhole"])
  }

  /// Whether the server executes the content of `/*!VERSION … */` (`maria`: of `/*M!VERSION … */`). MariaDB skips what was written for
  /// MySQL 5.7 to 9.x (MariaDB, sql/sql_lex.cc; https://mariadb.com/kb/en/comment-syntax/).
  func executes(versionedComment number: Int, maria: Bool) -> Bool {
    switch flavour {
    case .mysql: !maria && number <= version.number
    case .mariadb: number <= version.number && (maria || number < 50_700 || number > 99_999)
    }
  }
}
