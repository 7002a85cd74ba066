/// What keeps a request from being answered as asked: a lower-case fact, and what to do.
public struct ClientError: Error, Sendable, Equatable {
  /// A field of a request that the server does not take.
  public struct Field: Sendable, Equatable {
    /// As the API has it: `maxAge`.
    public var name: String
    public var fact: String
    public var hint: String

    public init(_ name: String, _ fact: String, hint: String = "") {
      self.name = name
      self.fact = fact
      self.hint = hint
    }

    /// On one line, under the name that whoever reads it knows the field by.
    public func text(named name: String) -> String { "\(name): \(fact)" + (hint.isEmpty ? "" : " (\(hint))") }
  }

  public var fact: String
  public var hint: String
  /// Not empty when what was asked for is wrong, and not the server or the way to it.
  public var fields: [Field] = []
  /// The server does not know the token.
  public var isUnauthorized = false

  public init(_ fact: String, hint: String = "") {
    self.fact = fact
    self.hint = hint
  }

  public init(fields: [Field]) {
    self.init(fields.map { $0.text(named: $0.name) }.joined(separator: "\n"))
    self.fields = fields
  }
}
