import Foundation
import Glibc
public import ProofbackCore
public import SystemPackage

/// The worker's end of its standard input.
public enum WorkerInput {
  /// Reads the assignment and then follows the stream.
  /// - Parameter onCancel: called once, from another thread, when the launcher asks the worker to end or is gone.
  /// - Throws: `RunTrouble` (`run.bad-assignment`).
  public static func take(
    from descriptor: FileDescriptor = .standardInput, onCancel: @escaping @Sendable () -> Void
  ) async throws -> Assignment {
    try await withCheckedThrowingContinuation { continuation in
      let thread = Thread {
        var reader = LineReader(descriptor, limit: WorkerProtocol.longestAssignment)
        do {
          continuation.resume(returning: try assignment(try reader.next()))
        } catch {
          continuation.resume(throwing: error)
          return
        }
        while case .whole(let line)? = try? reader.next(), line != Array("cancel".utf8) {}
        onCancel()
      }
      thread.name = "assignment"
      thread.stackSize = 1 << 20
      thread.start()
    }
  }

  private static func assignment(_ line: LineReader.Line?) throws -> Assignment {
    guard case .whole(let bytes)? = line else {
      throw RunTrouble(WorkerFindings.badAssignment, "no assignment came on standard input")
    }
    // What the decoder says may quote keys.
    guard let assignment = try? WorkerProtocol.assignment(bytes) else {
      throw RunTrouble(WorkerFindings.badAssignment, "\(bytes.count) bytes came that are no assignment")
    }
    return assignment
  }
}
