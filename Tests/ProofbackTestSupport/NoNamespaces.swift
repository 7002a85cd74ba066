import ProofbackSystem

/// A place in which no program can make namespaces, as a plain container is one.
public enum NoNamespaces {
  public static func around(_ command: Command) -> Command {
    command.wrapped(
      by: Command(
        "/usr/bin/bwrap",
        ["--dev-bind", "/", "/", "--proc", "/proc", "--unshare-user", "--uid", "1000", "--disable-userns", "--"],
        environment: command.environment))
  }
}
