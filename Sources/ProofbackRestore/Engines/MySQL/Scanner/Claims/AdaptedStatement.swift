/// Something left out of what is forwarded, because it concerns the old server and not the data.
public struct AdaptedStatement: Sendable, Equatable, Codable {
  public enum Reason: String, Sendable, Equatable, Codable {
    /// GTID sets, binary log positions, starting and stopping of replication.
    case replicationState
    /// A session variable that the target does not know.
    case unknownVariable
    /// An account that every server has already.
    case ownAccount
    /// A tool's warning that landed in the dump.
    case toolWarning
    /// The sandbox line, for a client that doesn't know it.
    case sandboxLine
    case byteOrderMark
    /// NUL bytes between statements.
    case nulBytes
  }
  public var reason: Reason
  /// The variable's name, when it is about one.
  public var name: String?
  public var line: Int

  public init(_ reason: Reason, name: String? = nil, line: Int) {
    self.reason = reason
    self.name = name
    self.line = line
  }
}
