/// Where the dump stopped.
public struct DumpEnd: Sendable, Equatable, Codable {
  public enum Place: String, Sendable, Equatable, Codable {
    /// Between statements.
    case betweenStatements
    /// A statement that has no delimiter: perhaps whole, perhaps not.
    case statementWithoutDelimiter
    case insideParentheses
    case insideString
    case insideComment
  }

  public var place = Place.betweenStatements
  /// The line on which the last statement or comment begins; nil between statements.
  public var line: Int?
  /// The table that the unfinished statement is about.
  public var table: String?
  /// The delimiter that is in force at the end: other than `;` inside of routines.
  public var delimiter = ";"

  public init() {}

  public var isClean: Bool { place == .betweenStatements && delimiter == ";" }
}
