/// The DBMS that a backup is restored into: `mysql`, `mariadb`, `mongodb` … Which ones there are, the engines say.
public struct DatabaseType: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public init(_ rawValue: String) { self.rawValue = rawValue }
  public var description: String { rawValue }
}
