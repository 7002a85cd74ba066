import CLinux
import Glibc
public import SystemPackage

/// What a folder takes of its file system.
public struct FolderUsage: Sendable, Equatable {
  /// Blocks in use; holes are not counted.
  public var bytes: UInt64
  public var entries: UInt64
  /// Length of the longest file, holes included.
  public var largest: UInt64
  /// Folders nested deeper than any DBMS does: what lies there was not counted.
  public var tooDeep: Bool

  /// What lies below `folders` now. A folder that is gone counts nothing.
  public static func of(_ folders: [FilePath]) -> FolderUsage {
    var usage = proofback_usage()
    for folder in folders { _ = proofback_folder_usage(folder.string, &usage) }
    return FolderUsage(
      bytes: usage.bytes, entries: usage.entries, largest: usage.largest, tooDeep: usage.too_deep != 0)
  }
}

/// What a file system still has.
public struct FreeSpace: Sendable {
  /// Bytes that a plain user may still use.
  public var bytes: UInt64
  public var totalBytes: UInt64
  public var files: UInt64
  public var totalFiles: UInt64

  /// - Returns: nil when `path` can't be asked.
  public static func at(_ path: FilePath) -> FreeSpace? {
    var status = statvfs()
    guard statvfs(path.string, &status) == 0 else { return nil }
    let block = UInt64(status.f_frsize)
    return FreeSpace(
      bytes: UInt64(status.f_bavail) * block, totalBytes: UInt64(status.f_blocks) * block,
      files: UInt64(status.f_favail), totalFiles: UInt64(status.f_files))
  }

  /// What a run leaves to the host whatever its own limit says: 5 %, at most 1 GB.
  public var reserve: UInt64 { min(1_000_000_000, totalBytes / 20) }
  /// File systems without a fixed number of files say 0.
  public var isNearlyFull: Bool { bytes < reserve || (totalFiles > 0 && files < totalFiles / 50) }
}
