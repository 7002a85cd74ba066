import Glibc

/// Where the system's programs lie. Only root's own folders are searched, never the caller's PATH.
public enum Programs {
  public static let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"]

  /// The absolute path of `name`, or nil when it is not installed.
  public static func find(_ name: String) -> String? {
    folders.lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}
