import Foundation
import Glibc

/// Who a run's folder belongs to: written into it as `owner.json`, whose lock the owner holds while it lives.
public struct RunOwner: Sendable, Codable, Equatable {
  public var runID: String
  public var processID: Int32
  /// Clock ticks after boot; tells a process from a later one with the same id.
  public var processStart: UInt64
  public var bootID: String
  public var created: Date
  /// When the run should long be over.
  public var deadline: Date

  /// This process, now.
  public init(runID: String, deadline: Date) {
    self.runID = runID
    self.processID = getpid()
    self.processStart = ProcessTree.startTime(of: getpid()) ?? 0
    self.bootID = Self.currentBootID
    self.created = Date()
    self.deadline = deadline
  }

  /// Whether a process with that id and start is there. The lock on the file is the stronger sign: it also holds when the
  /// owner is in another process namespace, a container say.
  public var isAlive: Bool {
    bootID == Self.currentBootID && ProcessTree.startTime(of: processID) == processStart
  }

  static var currentBootID: String {
    TextFile.read("/proc/sys/kernel/random/boot_id").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  static func read(_ path: String) -> RunOwner? {
    try? JSONDecoder().decode(RunOwner.self, from: Data(TextFile.read(path).utf8))
  }

  func write(to path: String) throws {
    try TextFile.make(String(decoding: JSONEncoder().encode(self), as: UTF8.self), at: path)
  }
}
