/// What is done to a backup's bytes on their way, to see whether it is noticed. Nothing is written anywhere: a run with a
/// damage reads the same backup.
public struct Damage: Sendable, Codable, Equatable {
  public enum Place: String, Sendable, Codable {
    /// The bytes as they are stored.
    case stored
    /// The bytes inside of all layers.
    case content
  }
  public enum Kind: Sendable, Codable, Equatable {
    /// The bytes end here.
    case cut
    case flip
    /// So many bytes become zeros.
    case zeros(Int)
    /// Put in; `atLine`: at the beginning of the next line.
    case insert(String, atLine: Bool)
    /// The next whole line is left out.
    case lineLost
    /// The next digit becomes another one.
    case digit
    /// All bytes become these.
    case replace(String)
    /// Every line feed gets a carriage return in front.
    case carriageReturns
    /// Statements that begin in one of these ways, at the beginning of a line, are left out, up to the line that ends with
    /// a semicolon; and what stands between a line that begins in one of the other ways and the line `\.`.
    case rowsLost(statements: [String], blocks: [String])
  }
  public var place: Place
  public var kind: Kind
  /// Where it is done; bytes from the front.
  public var offset: UInt64

  public init(_ place: Place, _ kind: Kind, at offset: UInt64 = 0) {
    self.place = place
    self.kind = kind
    self.offset = offset
  }
}
