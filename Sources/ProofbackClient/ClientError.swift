/// What keeps a request from being answered as asked: a lower-case fact, and what to do.
public struct ClientError: Error, Sendable, Equatable {
  public var fact: String
  public var hint: String

  public init(_ fact: String, hint: String = "") {
    self.fact = fact
    self.hint = hint
  }
}
