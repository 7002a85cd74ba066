import CLinux
import Glibc
import ProofbackCore
public import SystemPackage

/// A process and mount namespace for one whole run, tied to its parent: when any process that leads to it dies, however
/// it dies, the kernel ends all of them, and the tmpfs with the keys goes with the last.
public enum RunNamespace {
  /// The worker's mount namespace must be another one than this.
  static let outerMountsVariable = "PROOFBACK_OUTER_MOUNTS"

  /// `worker`, to be started in such a namespace by this process.
  /// - Parameter runFolder: exists; its `keys` becomes the key folder.
  public static func enclose(_ worker: Command, runFolder: FilePath) -> Command {
    if TaskPlace.current != nil {
      return worker.wrapped(
        by: Command("/usr/bin/setpriv", ["--pdeathsig", "KILL", "--"], environment: worker.environment))
    }
    var worker = worker
    worker.environment[outerMountsVariable] = link("/proc/self/ns/mnt")
    let wrapper = geteuid() == 0 ? rootWrapper : userWrapper(keyFolder(of: runFolder))
    return worker.wrapped(by: Command(wrapper[0], Array(wrapper[1...]), environment: worker.environment))
  }

  /// What `enclose` needs and this host lacks, with the command that installs it; nil when all is there.
  public static func missingProgram() -> (name: String, remedy: String)? {
    let needed = TaskPlace.current != nil ? ["setpriv"] : geteuid() == 0 ? ["setpriv", "unshare"] : ["bwrap"]
    return needed.first { access("/usr/bin/\($0)", X_OK) != 0 }.map { name in
      (name, "apt-get install \(name == "bwrap" ? "bubblewrap" : "util-linux")")
    }
  }

  public static func keyFolder(of runFolder: FilePath) -> FilePath { runFolder.appending("keys") }

  /// For the worker, before it writes any key: mounts a tmpfs as the run's key folder, seen by this run's processes alone,
  /// and forbids core dumps.
  /// - Throws: `RunTrouble` (`run.no-namespace`) when a mount made here would be seen, or outlive us, elsewhere.
  public static func prepareKeyFolder(in runFolder: FilePath) throws -> FilePath {
    if TaskPlace.current != nil { return try prepareKeysInTask() }
    let outer = getenv(outerMountsVariable).map { String(cString: $0) }
    // Asked before cores are forbidden: afterwards parts of /proc/self are root's.
    let own = link("/proc/self/ns/mnt")
    guard let outer, !outer.isEmpty, outer != own else {
      throw RunTrouble(WorkerFindings.noNamespace, "the worker is not in a mount namespace of its own")
    }
    let folder = keyFolder(of: runFolder)
    if !isMounted(folder) {
      guard geteuid() == 0, !hasSharedMounts() else {
        throw RunTrouble(WorkerFindings.noNamespace, "mounts made by the worker would be seen by other processes")
      }
      try StateFolder.make(folder)
      guard proofback_mount_tmpfs(folder.string, 64) == 0 else {
        throw RunTrouble(WorkerFindings.noNamespace, "a tmpfs can't be mounted at \(folder): \(Errno(rawValue: errno))")
      }
    }
    try forbidCores()
    // Where the kernel has no keyrings there is nothing to leave.
    _ = proofback_new_keyring()
    return folder
  }

  /// The container is all that there is of a compartment in a task: its memory goes with it. Decoders, who are others, reach
  /// the folders in it that are theirs.
  private static func prepareKeysInTask() throws -> FilePath {
    var template = Array("/dev/shm/proofback.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw RunTrouble(WorkerFindings.noNamespace, "no folder can be made in memory: \(Errno(rawValue: errno))")
    }
    let folder = FilePath(platformString: template)
    guard proofback_is_tmpfs(folder.string) == 1, chmod(folder.string, 0o711) == 0 else {
      throw RunTrouble(WorkerFindings.noNamespace, "/dev/shm is not in memory")
    }
    try forbidCores()
    _ = proofback_new_keyring()
    return folder
  }

  /// For a process that has keys in its memory: it leaves no image of it when it crashes.
  /// - Throws: `RunTrouble` (`run.no-namespace`).
  public static func forbidCores() throws {
    guard proofback_forbid_core() == 0 else {
      throw RunTrouble(WorkerFindings.noNamespace, "core dumps can't be forbidden: \(Errno(rawValue: errno))")
    }
  }

  // The outer death signal ends unshare with us, --kill-child the worker with unshare.
  private static let rootWrapper = [
    "/usr/bin/setpriv", "--pdeathsig", "KILL", "--", "/usr/bin/unshare", "--pid", "--mount", "--fork", "--kill-child",
    "--mount-proc", "--propagation", "private", "--",
  ]

  private static func userWrapper(_ keys: FilePath) -> [String] {
    [
      "/usr/bin/bwrap", "--dev-bind", "/", "/", "--unshare-user", "--unshare-pid", "--proc", "/proc",
      "--die-with-parent", "--perms", "0700", "--size", String(64 << 20), "--tmpfs", keys.string, "--",
    ]
  }

  private static func isMounted(_ folder: FilePath) -> Bool {
    var inner = stat()
    var outer = stat()
    return lstat(folder.string, &inner) == 0 && lstat(folder.removingLastComponent().string, &outer) == 0
      && inner.st_dev != outer.st_dev && proofback_is_tmpfs(folder.string) == 1
  }

  private static func hasSharedMounts() -> Bool {
    TextFile.read("/proc/self/mountinfo").split(separator: "\n").compactMap(Mount.init).contains(where: \.isShared)
  }

  private static func link(_ path: String) -> String {
    var target = [CChar](repeating: 0, count: 256)
    let count = readlink(path, &target, target.count - 1)
    return count > 0 ? String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
  }
}
