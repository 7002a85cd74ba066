/// A seccomp program for what is sealed: the system calls that no DBMS needs and that reach around namespaces or have
/// opened holes in kernels fail with EPERM. Everything else passes; the namespaces and the user id do the rest.
///
/// Numbers are those of `asm/unistd_64.h` (x86_64) and `asm-generic/unistd.h` (aarch64), the format is
/// `struct sock_filter` of `linux/filter.h`.
public enum SystemCallFilter {
  /// The program for this processor; nil on one that we have no numbers for.
  public static let bytes: [UInt8]? = machine.map(program)

  struct Machine {
    /// `AUDIT_ARCH_…` of `linux/audit.h`.
    let architecture: UInt32
    /// Calls of another number scheme begin here (x32), where there is one.
    let foreignFrom: UInt32?
    let refused: [UInt32]
    let clone: UInt32
    let socket: UInt32
  }

  /// The same on both: io_uring, and the calls that came with the new mount interface.
  private static let refusedOnBoth: [UInt32] = Array(425...433) + [442]
  /// glibc goes back to `clone`, whose flags can be looked at, when this one is not there.
  private static let clone3: UInt32 = 435

  #if arch(x86_64)
    private static let machine: Machine? = Machine(
      architecture: 0xC000_003E, foreignFrom: 0x4000_0000,
      refused: refusedOnBoth + [
        272, 308,  // unshare, setns
        248, 249, 250,  // add_key, request_key, keyctl
        321, 298, 323,  // bpf, perf_event_open, userfaultfd
        101, 310, 311,  // ptrace, process_vm_readv, process_vm_writev
        165, 166, 155, 161,  // mount, umount2, pivot_root, chroot
        303, 304,  // name_to_handle_at, open_by_handle_at
        246, 320, 175, 313, 176,  // kexec_load, kexec_file_load, init_module, finit_module, delete_module
        167, 168, 163, 179, 169, 103,  // swapon, swapoff, acct, quotactl, reboot, syslog
        154, 172, 173,  // modify_ldt, iopl, ioperm
      ],
      clone: 56, socket: 41)
  #elseif arch(arm64)
    private static let machine: Machine? = Machine(
      architecture: 0xC000_00B7, foreignFrom: nil,
      refused: refusedOnBoth + [
        97, 268,  // unshare, setns
        217, 218, 219,  // add_key, request_key, keyctl
        280, 241, 282,  // bpf, perf_event_open, userfaultfd
        117, 270, 271,  // ptrace, process_vm_readv, process_vm_writev
        40, 39, 41, 51,  // mount, umount2, pivot_root, chroot
        264, 265,  // name_to_handle_at, open_by_handle_at
        104, 294, 105, 273, 106,  // kexec_load, kexec_file_load, init_module, finit_module, delete_module
        224, 225, 89, 60, 142, 116,  // swapon, swapoff, acct, quotactl, reboot, syslog
      ],
      clone: 220, socket: 198)
  #else
    private static let machine: Machine? = nil
  #endif

  /// Unix, IPv4, IPv6, netlink. Others have nothing to do with a network namespace: a vsock reaches the hypervisor.
  private static let families: [UInt32] = [1, 2, 10, 16]
  private static let newUserNamespace: UInt32 = 0x1000_0000

  private enum Answer {
    static let allow: UInt32 = 0x7FFF_0000
    static let kill: UInt32 = 0x8000_0000
    static let notPermitted: UInt32 = 0x0005_0001
    static let noSuchCall: UInt32 = 0x0005_0026
  }

  private struct Instruction {
    var code: UInt16
    var ifTrue: UInt8 = 0
    var ifFalse: UInt8 = 0
    var value: UInt32

    // Offsets in `struct seccomp_data`: number 0, architecture 4, low half of the first argument 16.
    static func load(_ offset: UInt32) -> Instruction { Instruction(code: 0x20, value: offset) }
    static func answer(_ value: UInt32) -> Instruction { Instruction(code: 0x06, value: value) }
    /// Skips the next instruction unless equal.
    static func ifEqual(_ value: UInt32) -> Instruction { Instruction(code: 0x15, ifFalse: 1, value: value) }
    static func unlessEqual(_ value: UInt32) -> Instruction { Instruction(code: 0x15, ifTrue: 1, value: value) }
    static func ifAtLeast(_ value: UInt32) -> Instruction { Instruction(code: 0x35, ifFalse: 1, value: value) }
    static func ifAnyBit(_ value: UInt32) -> Instruction { Instruction(code: 0x45, ifFalse: 1, value: value) }
    /// Skips `count` instructions unless equal.
    static func skip(_ count: Int, unless value: UInt32) -> Instruction {
      Instruction(code: 0x15, ifFalse: UInt8(count), value: value)
    }

    var bytes: [UInt8] {
      func little(_ value: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
      }
      return little(UInt32(code), 2) + [ifTrue, ifFalse] + little(value, 4)
    }
  }

  private static func program(_ machine: Machine) -> [UInt8] {
    var program: [Instruction] = [.load(4), .unlessEqual(machine.architecture), .answer(Answer.kill), .load(0)]
    if let foreign = machine.foreignFrom { program += [.ifAtLeast(foreign), .answer(Answer.notPermitted)] }
    for number in machine.refused { program += [.ifEqual(number), .answer(Answer.notPermitted)] }
    program += [.ifEqual(clone3), .answer(Answer.noSuchCall)]
    program += [.skip(4, unless: machine.clone), .load(16), .ifAnyBit(newUserNamespace), .answer(Answer.notPermitted)]
    program += [.answer(Answer.allow), .skip(2 + families.count * 2, unless: machine.socket), .load(16)]
    for family in families { program += [.ifEqual(family), .answer(Answer.allow)] }
    program += [.answer(Answer.notPermitted), .answer(Answer.allow)]
    return program.flatMap(\.bytes)
  }
}
