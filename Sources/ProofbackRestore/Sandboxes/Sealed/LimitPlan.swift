import Glibc
import ProofbackCore
import ProofbackSystem

/// How the limits of one sandbox are enforced here: by the kernel's cgroup where we may make one, else by rlimits
/// and by watching.
struct LimitPlan {
  let limits: Limits
  let group: ControlGroup?
  let isRoot = geteuid() == 0

  var watchesMemory: Bool { group?.memoryFolder == nil }
  private var countsProcesses: Bool { group?.processesFolder == nil }

  /// `command`, joined to the cgroup and limited before it executes anything.
  func limiting(_ command: Command) -> Command {
    var options = ["--fsize=\(limits.diskBytes)", "--core=1"]
    // Far above the limit, for DBMSs reserve addresses that they never fill; it stops what is faster than the watch.
    if watchesMemory { options.append("--as=\(addressBytes)") }
    // Counts all processes of a user: only where the run has a user of its own.
    if countsProcesses && isRoot { options.append("--nproc=\(limits.processes)") }
    let limited = command.wrapped(by: Command("/usr/bin/prlimit", options + ["--"]))
    guard let group else { return limited }
    return limited.wrapped(by: Command("/bin/sh", ["-c", Self.join, "sandbox"] + group.joinFiles + ["--"]))
  }

  /// Goes in front of the program inside the sandbox. From Linux 5.14 on a user namespace counts its processes for itself.
  var innerPrefix: [String] {
    countsProcesses && !isRoot ? ["/usr/bin/prlimit", "--nproc=\(limits.processes)", "--"] : []
  }

  var addressBytes: UInt64 { limits.memoryBytes * 2 + (4 << 30) }

  // 0 is the writer itself, in any process namespace.
  private static let join =
    #"while [ "$1" != -- ]; do echo 0 >"$1" || exit 126; shift; done; shift; exec "$@""#

  /// Limit by limit, how: `memory: cgroup v1, 2.0 GB`.
  var words: [String] {
    let version = "cgroup \(group?.version.rawValue ?? "")"
    let memory = Quantity.text(bytes: limits.memoryBytes)
    let disk = Quantity.text(bytes: limits.diskBytes)
    return [
      watchesMemory
        ? "memory: watched, \(memory); addresses by rlimit, \(Quantity.text(bytes: addressBytes))"
        : "memory: \(version), \(memory)",
      !countsProcesses
        ? "processes: \(version), \(limits.processes)"
        : "processes: rlimit, \(limits.processes)\(isRoot ? "" : " per program")",
      "disk: watched, \(disk); single files by rlimit, \(disk)",
    ]
  }
}
