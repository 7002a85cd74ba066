/// Something that a program said and that landed in the dump.
public struct ToolMessage: Sendable, Equatable, Codable {
  public enum Kind: String, Sendable, Equatable, Codable {
    /// The dump tool (or the shell, ssh, docker around it) failed: part of the data is missing.
    case failure
    /// Harmless for the data, but it breaks the import of the file as it stands.
    case warning
    /// A web page or an object store's error document in place of a dump.
    case errorPage
  }
  public var kind: Kind
  /// The message with every quoted value replaced by its length; at most 300 characters.
  public var text: String
  public var line: Int
  /// It stands behind `-- `, so that an import would not even notice.
  public var isInComment: Bool

  public init(_ kind: Kind, text: String, line: Int, isInComment: Bool = false) {
    self.kind = kind
    self.text = text
    self.line = line
    self.isInComment = isInComment
  }
}
