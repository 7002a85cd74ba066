/// Tells that a program could not be sealed from a program that was sealed and failed.
public enum NamespaceRefusal {
  /// Whether bubblewrap or unshare, by what a command wrote to its stderr, could not make the namespaces that were to be
  /// around it: in a plain container, or where user namespaces are switched off.
  public static func isOne(_ words: String) -> Bool {
    guard let first = words.split(whereSeparator: \.isNewline).first else { return false }
    return refusals.contains { first.hasPrefix($0) }
  }

  /// bubblewrap.c, network.c and bind-mount.c; util-linux, unshare.c. Of unshare others too come once a program was killed in
  /// its namespace.
  private static let refusals = [
    "bwrap: Creating new namespace failed", "bwrap: No permissions to creat", "bwrap: setting up uid map",
    "bwrap: Can't mount proc", "bwrap: loopback: ", "unshare: unshare failed", "unshare: mount /proc failed",
    "unshare: cannot change root filesystem propagation",
  ]
}
