import Foundation

/// The system calls that `SystemCallFilter` refuses, by name, as a container engine takes them (OCI runtime specification,
/// config-linux, seccomp): one filter for both kinds of sandboxes. Names that a kernel does not know are passed over.
enum DockerCallProfile {
  private struct Profile: Encodable {
    var defaultAction = "SCMP_ACT_ALLOW"
    var syscalls: [Rule]
  }

  private struct Rule: Encodable {
    var names: [String]
    var action = "SCMP_ACT_ERRNO"
    /// EPERM, or ENOSYS where a caller should go back to an older call.
    var errnoRet: UInt32 = 1
    var args: [Condition] = []
  }

  private struct Condition: Encodable {
    var index = 0
    var value: UInt64
    var valueTwo: UInt64 = 0
    var op: String
  }

  private static let refused = [
    "unshare", "setns", "add_key", "request_key", "keyctl", "bpf", "perf_event_open", "userfaultfd", "ptrace",
    "process_vm_readv", "process_vm_writev", "mount", "umount2", "pivot_root", "chroot", "name_to_handle_at",
    "open_by_handle_at", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "swapon",
    "swapoff", "acct", "quotactl", "reboot", "syslog", "modify_ldt", "iopl", "ioperm", "io_uring_setup",
    "io_uring_enter", "io_uring_register", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick",
    "mount_setattr",
  ]

  /// Unix, IPv4, IPv6, netlink: what `SystemCallFilter` lets pass. Linux has no family above 63.
  private static let families: Set<UInt64> = [1, 2, 10, 16]
  private static let newUserNamespace: UInt64 = 0x1000_0000

  static let json: Data = {
    let namespaces = Condition(value: newUserNamespace, valueTwo: newUserNamespace, op: "SCMP_CMP_MASKED_EQ")
    let sockets = (0...63).filter { !families.contains($0) }.map { family in
      Rule(names: ["socket", "socketpair"], args: [Condition(value: family, op: "SCMP_CMP_EQ")])
    }
    let rules =
      [Rule(names: refused), Rule(names: ["clone3"], errnoRet: 38), Rule(names: ["clone"], args: [namespaces])]
      + sockets
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // Nothing in it can't be encoded.
    return (try? encoder.encode(Profile(syscalls: rules))) ?? Data()
  }()
}
