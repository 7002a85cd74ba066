/// Tells that a program could not be sealed from a program that was sealed and failed.
public enum NamespaceRefusal {
  /// Whether bubblewrap or unshare, by what a command wrote to its stderr, could not make the namespaces that were to be
  /// around it: in a plain container, or where user namespaces are switched off.
  public static func isOne(_ words: String) -> Bool {
    let lines = words.split(whereSeparator: \.isNewline)
    guard let first = lines.first, lines.count <= 3 else { return false }
    return makers.contains { first.hasPrefix($0) } && !others.contains { first.contains($0) }
  }

  private static let makers = ["bwrap: ", "unshare: "]
  /// What they say when the program itself can't be started.
  private static let others = ["execvp ", "failed to execute "]
}
