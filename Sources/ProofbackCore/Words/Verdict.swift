/// What a run says about a backup. "The backup does not restore" is a verdict, an ordinary result;
/// "we could not run the test" ends `inconclusive`.
public enum Verdict: String, Sendable, Codable, CaseIterable {
  case passed, failed, inconclusive

  /// The word that people read for it (LOOK: five states).
  public var spoken: String {
    switch self {
    case .passed: "proven"
    case .failed: "bad"
    case .inconclusive: "could not tell"
    }
  }

  /// The shape that stands beside the word, so that colour is never alone.
  public var shape: String {
    switch self {
    case .passed: "●"
    case .failed: "✕"
    case .inconclusive: "▲"
    }
  }
}
