import Glibc
public import SystemPackage

/// Removes folders that somebody else filled: any names, any depth, any permissions, links never followed.
public enum FolderRemoval {
  /// Afterwards `folder` is gone, unless the kernel refuses; the caller looks.
  public static func remove(_ folder: FilePath) async {
    guard isThere(folder) else { return }
    let removal = Command("/bin/rm", ["-rf", "--one-file-system", "--", folder.string])
    _ = try? await removal.capture(within: 600)
    guard isThere(folder) else { return }
    // Folders closed to their own owner, who we are where we are not root.
    _ = try? await Command("/bin/chmod", ["-R", "u+rwx", "--", folder.string]).capture(within: 600)
    _ = try? await removal.capture(within: 600)
  }

  private static func isThere(_ path: FilePath) -> Bool {
    var status = stat()
    return lstat(path.string, &status) == 0
  }
}
