import Glibc

/// What a sealed process sees: system libraries read-only, an empty `/tmp`, `/proc` of its own process namespace,
/// a minimal `/dev`, and what is listed here. It can write to nothing but `/tmp`, `/dev/shm` and what is listed as writable. No network but a loopback of its own, no capabilities, no terminal, no
/// way to gain privileges. It dies with the process that started it.
///
/// Started by root, bubblewrap makes the namespaces as root, so that folders closed to others (a state folder
/// below `/root`) can be bound, and `setpriv` drops to `user` inside before the program starts. Started by a plain
/// user, a user namespace does the same, and the program keeps that user's id outside.
public struct Seal: Sendable {
  public struct Bind: Sendable, Equatable {
    public var host: String
    public var inside: String
    public var writable: Bool
    public init(_ host: String, at inside: String? = nil, writable: Bool = false) {
      self.host = host
      self.inside = inside ?? host
      self.writable = writable
    }
  }

  /// The user and group to drop to when we are root; ignored otherwise.
  public var user: UInt32
  /// The group, where it is not the user's own.
  public var group: UInt32?
  public var binds: [Bind]
  /// Bytes that `/tmp` may hold, as many again `/dev/shm` and each private folder.
  public var temporaryBytes: UInt64
  /// Private folders in memory (path inside), mode 0700, owned by the program's user.
  public var privateFolders: [String]
  /// An open descriptor of bubblewrap's that a `SystemCallFilter` is read from.
  public var filterDescriptor: Int32?

  public init(user: UInt32, binds: [Bind] = [], temporaryBytes: UInt64 = 64 << 20, privateFolders: [String] = []) {
    self.user = user
    self.binds = binds
    self.temporaryBytes = temporaryBytes
    self.privateFolders = privateFolders
  }

  /// What every program needs to be loaded; skipped where a system has none.
  static let libraries = [
    "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/lib32", "/usr/lib32", "/usr/libx32", "/libx32",
    "/etc/ld.so.cache", "/etc/alternatives",
  ]

  /// `command`, to be started inside. Its executable is bound read-only; scripts need their interpreter among `binds`.
  public func seal(_ command: Command) -> Command {
    let isRoot = geteuid() == 0
    var arguments = isRoot ? Self.rootNamespaces : Self.userNamespaces
    if let filterDescriptor { arguments += ["--seccomp", String(filterDescriptor)] }
    let visible = [Bind(command.executable), Bind(Self.setpriv)] + binds
    let folders = Self.ancestors(of: visible.map(\.inside) + privateFolders + Self.libraries)
    for folder in folders { arguments += ["--perms", "0755", "--dir", folder] }
    for path in Self.libraries { arguments += Self.library(path) }
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    arguments += memory("1777", "/tmp") + memory("1777", "/dev/shm")
    // For a program that lies below /tmp: what was made above is hidden by now.
    for folder in folders where folder.hasPrefix("/tmp/") { arguments += ["--perms", "0755", "--dir", folder] }
    for folder in privateFolders { arguments += memory(isRoot ? "0777" : "0700", folder) }
    for bind in visible { arguments += [bind.writable ? "--bind" : "--ro-bind", bind.host, bind.inside] }
    // Both are file systems in memory without a bound.
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/"]
    arguments += ["--chdir", "/", "--hostname", "sandbox", "--"]
    if isRoot { arguments += [Self.setpriv] + dropping + ["--"] }
    return command.wrapped(by: Command("/usr/bin/bwrap", arguments, environment: command.environment))
  }

  private func memory(_ permissions: String, _ folder: String) -> [String] {
    ["--perms", permissions, "--size", String(temporaryBytes), "--tmpfs", folder]
  }

  private static let setpriv = "/usr/bin/setpriv"
  private static let common = ["--die-with-parent", "--new-session", "--cap-drop", "ALL"]
  private static let rootNamespaces =
    ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"] + common
    // For setpriv alone; changing from uid 0 to another drops them.
    + ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"]
  private static let userNamespaces = ["--unshare-all", "--unshare-user"] + common

  private var dropping: [String] {
    [
      "--reuid", String(user), "--regid", String(group ?? user), "--clear-groups", "--bounding-set", "-all",
      "--inh-caps", "-all", "--no-new-privs",
    ]
  }

  /// Folders above `paths`, outermost first: bubblewrap would make them with mode 0700, closed to the program's user.
  private static func ancestors(of paths: [String]) -> [String] {
    var folders: Set<String> = ["/usr"]
    for path in paths {
      var parts = path.split(separator: "/").dropLast()
      while !parts.isEmpty {
        folders.insert("/" + parts.joined(separator: "/"))
        parts = parts.dropLast()
      }
    }
    return folders.subtracting(libraries).sorted()
  }

  /// A merged-/usr system has `/lib` as a link; another has it as a folder.
  private static func library(_ path: String) -> [String] {
    var target = [CChar](repeating: 0, count: 4096)
    let count = readlink(path, &target, target.count - 1)
    if count > 0 {
      return ["--symlink", String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self), path]
    }
    return access(path, F_OK) == 0 ? ["--ro-bind", path, path] : []
  }
}
