import Foundation
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// A gzipped file of a folder, decoded by `gzip` in a process of its own: no network, nothing but its pipes.
/// Used from the import's own thread, which it may block.
final class GzipMember: GunzippedMember, @unchecked Sendable {
  private let member: any Member
  private let decoded: FileDescriptor
  private let process: ChildProcess
  private let pumped = DispatchSemaphore(value: 0)
  private var isClosed = false

  /// Nobody's id, as decoders of the run have none of its files to see.
  private static let user: UInt32 = 65534

  init(_ member: any Member) throws {
    guard let gzip = Programs.find("gzip") else {
      throw RunTrouble(MongoDBFindings.gzipMissing, "gzip is not installed")
    }
    self.member = member
    let input = try ProofbackSystem.Pipe()
    let output = try ProofbackSystem.Pipe()
    let command = Seal(user: Self.user).seal(Command(gzip, ["-dc"]))
    process = try Self.waiting {
      try await ChildProcess.start(
        command, input: .descriptor(input.readEnd), output: .descriptor(output.writeEnd), ownSession: true)
    }
    decoded = output.readEnd
    let pumped = pumped
    Thread.detachNewThread {
      Self.pump(member, into: input.writeEnd)
      pumped.signal()
    }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    isClosed ? 0 : try decoded.readSome(into: buffer)
  }

  func finish() throws -> Finding? {
    if isClosed { return nil }
    isClosed = true
    try? decoded.close()
    pumped.wait()
    let process = process
    let end = try Self.waiting { await process.wait() }
    if end.isSuccess { return nil }
    return MongoDBFindings.memberDamaged.finding("\(UntrustedText.line(member.name)) is cut off or damaged as gzip")
  }

  func abandon() {
    guard !isClosed else { return }
    process.signal(SIGKILL)
    _ = try? finish()
  }

  /// Ends with the member, or when gzip takes no more: its exit says why.
  private static func pump(_ member: any Member, into target: FileDescriptor) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
    defer {
      buffer.deallocate()
      try? target.close()
    }
    while let count = try? member.read(into: buffer), count > 0 {
      guard (try? target.writeFully(UnsafeRawBufferPointer(rebasing: buffer[..<count]))) != nil else { return }
    }
  }

  /// Waits for asynchronous work. Sound here: this thread is the import's own, none of the concurrency runtime's.
  private static func waiting<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
    let outcome = Outcome<Value>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      do {
        let value = try await work()
        outcome.result.withLock { $0 = .success(value) }
      } catch {
        outcome.result.withLock { $0 = .failure(error) }
      }
      done.signal()
    }
    done.wait()
    return try outcome.result.withLock { $0 }!.get()
  }

  private final class Outcome<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
  }
}
