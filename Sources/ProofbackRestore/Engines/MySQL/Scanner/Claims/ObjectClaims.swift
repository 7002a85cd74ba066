/// An event or a sequence.
public struct ObjectClaim: Sendable, Equatable, Codable {
  public var database: String?
  public var name: String
  public var line: Int
  /// An event with an end that the server drops once it has passed.
  public var mayBeOver = false
  /// A sequence whose next value the dump sets.
  public var isSet = false
}

public struct ViewClaim: Sendable, Equatable, Codable {
  public var database: String?
  public var name: String
  public var line: Int
  /// Only the stand-in that mysqldump writes at first was seen (`SELECT 1 AS …`), not the view itself.
  public var isPlaceholder: Bool
  /// A comment of the dump tool says so; by its look alone it may be a view of constants.
  public var isAnnouncedPlaceholder = false
  public var isDropped = false
}

public struct RoutineClaim: Sendable, Equatable, Codable {
  public enum Kind: String, Sendable, Equatable, Codable {
    case procedure, function, package, packageBody, loadableFunction
  }
  public var database: String?
  public var name: String
  public var kind: Kind
  public var line: Int
}

public struct TriggerClaim: Sendable, Equatable, Codable {
  public var database: String?
  public var name: String
  public var table: String
  public var line: Int
}
