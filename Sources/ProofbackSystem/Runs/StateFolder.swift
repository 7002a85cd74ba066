import Glibc
public import SystemPackage

/// The folder where templates and the folders of runs lie, and what is where in it.
public struct StateFolder: Sendable, Equatable {
  public let path: FilePath
  public init(_ path: FilePath) { self.path = path }

  /// One folder per run that is under way.
  public var runs: FilePath { path.appending("runs") }
  /// One file per claimed user id.
  public var users: FilePath { path.appending("uids") }
  /// What is prepared once per DBMS version and copied for each run.
  public var templates: FilePath { path.appending("templates") }
  /// Held by whoever prepares a template.
  var templateLock: FilePath { templates.appending(".lock") }

  public func runFolder(_ runID: String) -> FilePath { runs.appending(runID) }

  /// Makes `folder` and what is above it, closed to other users where it is new.
  static func make(_ folder: FilePath) throws {
    if mkdir(folder.string, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, folder.lastComponent != nil else { throw Errno(rawValue: errno) }
    try make(folder.removingLastComponent())
    if mkdir(folder.string, 0o700) != 0 && errno != EEXIST { throw Errno(rawValue: errno) }
  }

  /// Names in `folder`, sorted; empty when it can't be read.
  static func names(in folder: FilePath) -> [String] {
    guard let stream = opendir(folder.string) else { return [] }
    defer { closedir(stream) }
    var found: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { found.append(name) }
    }
    return found.sorted()
  }
}
