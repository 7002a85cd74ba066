import CLinux

/// File systems that other machines may write to at the same time. SQLite's write-ahead log lives in memory that all its
/// processes share, so it holds within one machine only (sqlite.org/wal.html, "All processes using a database must be on the
/// same host computer"), and file locks over a network are kept by some of them and not by others.
public enum NetworkFileSystem {
  /// What statfs(2) calls them (`linux/magic.h`, and each one's own header for those that it lacks).
  private static let names: [Int64: String] = [
    0x6969: "NFS", 0xFF53_4D42: "CIFS", 0x517B: "SMB", 0xFE53_4D42: "SMB", 0x0102_1997: "9p", 0x00C3_6400: "Ceph",
    0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x7375_7245: "Coda", 0x564C: "NCP", 0x0BD0_0BD0: "Lustre",
    0x4750_4653: "GPFS",
  ]
  private static let fuse: Int64 = 0x6573_5546
  /// FUSE stands for sshfs, s3fs, GlusterFS, JuiceFS and whatever else; these are a disk of this machine.
  private static let localFuse = ["fuseblk", "fuse.fuse-overlayfs", "virtiofs"]

  /// What `folder` lies on, in a person's words.
  /// - Returns: nil when it is none of those, or when the system does not say.
  public static func name(of folder: String) -> String? {
    let magic = proofback_file_system_magic(folder)
    guard magic == fuse else { return names[magic] }
    let type = mountedType(of: folder) ?? "fuse"
    return localFuse.contains(type) ? nil : type
  }

  /// As mountinfo has it: `fuse.sshfs`.
  private static func mountedType(of folder: String) -> String? {
    var (major, minor): (UInt32, UInt32) = (0, 0)
    guard proofback_device(folder, &major, &minor) == 0 else { return nil }
    let mounts = TextFile.read("/proc/self/mountinfo")
    return mounts.split(separator: "\n").lazy.compactMap { type(inMount: $0, of: "\(major):\(minor)") }.first
  }

  /// One line: `36 35 98:0 /root /point options [optional …] - type source options` (proc_pid_mountinfo(5)).
  private static func type(inMount line: Substring, of device: String) -> String? {
    let words = line.split(separator: " ")
    guard words.count > 6, words[2] == device, let dash = words.firstIndex(of: "-"), dash + 1 < words.count else {
      return nil
    }
    return String(words[dash + 1])
  }
}
