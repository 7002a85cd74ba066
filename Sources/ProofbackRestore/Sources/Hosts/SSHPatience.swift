/// How long an SSH source waits. Seconds.
public struct SSHPatience: Sendable {
  /// For the connection and the host's greeting.
  public var connect: Int
  /// Between two questions to a silent host whether it is alive, and how many go unanswered before it is given up.
  public var alive: Int
  public var aliveCount: Int
  /// For any answer of a host that is alive: its disk, or its SFTP server, may hang. Longer than `alive` times its count,
  /// so that a dead link is told from a dead disk.
  public var answer: Double

  public init(connect: Int = 20, alive: Int = 15, aliveCount: Int = 4, answer: Double = 90) {
    self.connect = connect
    self.alive = alive
    self.aliveCount = aliveCount
    self.answer = answer
  }
}
