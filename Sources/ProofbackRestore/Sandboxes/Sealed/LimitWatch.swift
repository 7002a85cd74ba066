import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// Looks at what a sandbox uses, several times a second, and remembers the first limit that was reached.
final class LimitWatch: Sendable {
  private struct State {
    var reached: Finding?
    var isStopped = false
    /// Bytes of removed files that programs elsewhere hold open.
    var heldElsewhere: UInt64 = 0
  }
  private let state = Mutex(State())
  private let plan: LimitPlan
  private let folders: [FilePath]
  /// Process ids on this side of the programs that run, for what their families hold.
  private let programs: @Sendable () -> [Int32]
  private static let interval = 0.25

  init(plan: LimitPlan, folders: [FilePath], programs: @escaping @Sendable () -> [Int32]) {
    self.plan = plan
    self.folders = folders
    self.programs = programs
  }

  /// Follows on a thread of its own until `stop`.
  /// - Parameter onReached: called once, when a limit is seen to be reached.
  func start(onReached: @escaping @Sendable () -> Void) {
    let thread = Thread { [self] in
      var pause = Self.interval
      while !state.withLock({ $0.isStopped }) {
        Thread.sleep(forTimeInterval: pause)
        let begun = Date()
        if look() != nil { return onReached() }
        // A folder of very many files must not cost a core.
        pause = max(Self.interval, Date().timeIntervalSince(begun) * 5)
      }
    }
    thread.name = "limits"
    thread.stackSize = 1 << 20
    thread.start()
  }

  func stop() { state.withLock { $0.isStopped = true } }

  /// The first limit that was seen to be reached.
  var reached: Finding? { state.withLock { $0.reached } }

  /// The first limit that was reached, also when that is seen only now.
  @discardableResult func look() -> Finding? {
    if let reached { return reached }
    guard let found = processesAndMemory() ?? disk() else { return nil }
    return note(found)
  }

  /// A program was ended by the kernel because of a file above the limit.
  @discardableResult func noteLongFile() -> Finding? {
    note(
      SandboxFindings.diskLimit.finding(
        "a file reached the disk limit of \(Quantity.text(bytes: plan.limits.diskBytes))"))
  }

  /// Somebody else saw that a limit was reached.
  @discardableResult func note(_ finding: Finding) -> Finding? {
    state.withLock { state in
      if state.reached == nil { state.reached = finding }
      return state.reached
    }
  }

  private func processesAndMemory() -> Finding? {
    let limits = plan.limits
    if plan.group?.ranOutOfProcesses == true {
      return SandboxFindings.processLimit.finding("the sandbox reached its limit of \(limits.processes) processes")
    }
    let isOver = plan.watchesMemory ? memory() > limits.memoryBytes : plan.group?.ranOutOfMemory == true
    guard isOver else { return nil }
    return SandboxFindings.memoryLimit.finding(
      "the sandbox reached its memory limit of \(Quantity.text(bytes: limits.memoryBytes))")
  }

  private func memory() -> UInt64 { families().reduce(0) { $0 + ProcessTree.memory(of: $1) } }

  private func families() -> [Int32] {
    let programs = programs()
    if programs.isEmpty { return [] }
    let tree = ProcessTree()
    return programs.flatMap { tree.family(of: $0) }
  }

  private func disk() -> Finding? {
    let limit = plan.limits.diskBytes
    let usage = FolderUsage.of(folders)
    if usage.tooDeep {
      return SandboxFindings.diskLimit.finding("folders in the sandbox are nested too deep to be measured")
    }
    if usage.largest >= limit { return noteLongFile() }
    let used = usage.bytes + removedFiles()
    if used > limit {
      return SandboxFindings.diskLimit.finding("the sandbox reached its disk limit of \(Quantity.text(bytes: limit))")
    }
    guard let free = FreeSpace.at(folders[0]), free.isNearlyFull else { return nil }
    return SandboxFindings.diskLimit.finding(
      "the file system that the run's folder lies on is nearly full",
      evidence: ["\(Quantity.text(bytes: free.bytes)) free, \(Quantity.text(bytes: free.reserve)) is kept in reserve"])
  }

  /// Temporary files that are removed while open.
  func removedFiles() -> UInt64 {
    var status = stat()
    guard stat(folders[0].string, &status) == 0 else { return 0 }
    let files = Set(families().flatMap(ProcessTree.removedFiles)).filter { $0.device == UInt64(status.st_dev) }
    return files.reduce(state.withLock { $0.heldElsewhere }) { $0 + $1.bytes }
  }

  /// Takes over, until it ends, what `ImageScripts.removedFiles` says of programs that are not this watch's own.
  func follow(_ descriptor: FileDescriptor) {
    Task {
      try? await Blocking.run("removed files") { [self] in
        defer { try? descriptor.close() }
        var reader = LineReader(descriptor, limit: 100)
        while let line = try reader.next() {
          guard case .whole(let digits) = line, let bytes = UInt64(String(decoding: digits, as: UTF8.self)) else {
            continue
          }
          state.withLock { $0.heldElsewhere = bytes }
        }
      }
    }
  }
}
