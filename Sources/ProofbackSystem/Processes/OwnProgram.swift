import Foundation

/// This program's own file, and what it needs to be loaded: hidden commands of ours run inside the sandbox too.
public enum OwnProgram {
  /// The environment variable that names another file to run hidden commands with (tests do not run inside of it).
  public static let override = "PROOFBACK_EXECUTABLE"

  public static let executable: String =
    ProcessInfo.processInfo.environment[override]
    ?? (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]

  /// Shared libraries outside the system's folders, as they are loaded here: the Swift runtime of a build that has it
  /// not linked in.
  public static let libraries: [String] = {
    let maps = TextFile.read("/proc/self/maps")
    var paths: Set<String> = []
    for line in maps.split(separator: "\n") {
      guard let start = line.firstIndex(of: "/") else { continue }
      let path = String(line[start...])
      let isSystem = ["/usr/lib/", "/lib/", "/usr/lib64/", "/lib64/"].contains { path.hasPrefix($0) }
      if path.contains(".so"), !isSystem, !path.hasSuffix("(deleted)") { paths.insert(path) }
    }
    return paths.sorted()
  }()
}
