/// A program with its arguments and its whole environment. Secrets belong in neither.
public struct Command: Sendable {
  /// Absolute path.
  public var executable: String
  public var arguments: [String]
  public var environment: [String: String]

  public init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = Command.plainEnvironment
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
  }

  /// A fixed language, so that messages read the same everywhere, and the system's own search path.
  public static let plainEnvironment = ["LC_ALL": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]

  /// `self` run through another command, such as a sandbox: `wrapper arguments… self`.
  public func wrapped(by wrapper: Command) -> Command {
    Command(
      wrapper.executable, wrapper.arguments + [executable] + arguments, environment: wrapper.environment)
  }
}
