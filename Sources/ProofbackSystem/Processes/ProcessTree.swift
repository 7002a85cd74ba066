import Glibc

/// A look at `/proc`: which processes descend from which.
public struct ProcessTree: Sendable {
  private var children: [Int32: [Int32]] = [:]

  /// All processes of this process namespace, now.
  public init() {
    for processID in Self.numbers(in: "/proc") {
      guard let fields = Self.statistics(of: processID), let parent = Int32(fields[1]) else { continue }
      children[parent, default: []].append(processID)
    }
  }

  public func children(of processID: Int32) -> [Int32] { children[processID] ?? [] }

  /// `processID` and everything below it, parents first.
  public func family(of processID: Int32) -> [Int32] {
    var found = [processID]
    var index = 0
    while index < found.count {
      found += children(of: found[index])
      index += 1
    }
    return found
  }

  /// Bytes of memory that are the process's own: resident, without what is shared with files.
  public static func memory(of processID: Int32) -> UInt64 {
    let fields = TextFile.read("/proc/\(processID)/statm").split(separator: " ").compactMap { UInt64($0) }
    guard fields.count > 2, fields[1] > fields[2] else { return 0 }
    return (fields[1] - fields[2]) * UInt64(getpagesize())
  }

  /// Files that it holds open although they have been removed: `du` does not see what they take.
  public static func removedFiles(of processID: Int32) -> [RemovedFile] {
    let folder = "/proc/\(processID)/fd"
    return numbers(in: folder).compactMap { number in
      var status = stat()
      guard stat("\(folder)/\(number)", &status) == 0, status.st_nlink == 0, status.st_mode & S_IFMT == S_IFREG
      else { return nil }
      return RemovedFile(
        device: UInt64(status.st_dev), inode: UInt64(status.st_ino), bytes: UInt64(status.st_blocks) * 512)
    }
  }

  public struct RemovedFile: Sendable, Hashable {
    public var device: UInt64
    public var inode: UInt64
    public var bytes: UInt64
  }

  /// Clock ticks after boot at which it started; with the process id and the boot id that names it for good.
  public static func startTime(of processID: Int32) -> UInt64? {
    statistics(of: processID).flatMap { $0.count > 19 ? UInt64($0[19]) : nil }
  }

  /// `/proc/PID/stat` from the state on: the name before it may hold spaces and brackets (proc(5)).
  private static func statistics(of processID: Int32) -> [Substring]? {
    let text = TextFile.read("/proc/\(processID)/stat")
    guard let bracket = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: bracket)...].split(separator: " ")
    return fields.count > 2 ? fields : nil
  }

  private static func numbers(in folder: String) -> [Int32] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var found: [Int32] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let number = Int32(name) { found.append(number) }
    }
    return found
  }
}
