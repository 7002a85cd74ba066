import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// The bytes of a backup that come over a connection, on their way into a pipe.
final class TransferStream: SourceStream {
  /// What a source's transfer works with: the pipe that it fills, and how far it came.
  struct Work: Sendable {
    let state: TransferState
    let pipe: FileDescriptor
    fileprivate let opened: AsyncThrowingStream<Void, any Error>.Continuation

    /// The backup is there, and its bytes begin to come.
    func isOpen() {
      opened.yield()
      opened.finish()
    }

    /// Bytes that are in the pipe.
    var passedOn: UInt64 { state.passedOn.load(ordering: .relaxed) }

    /// - Returns: false when nobody waits for the bytes any more.
    func hasPaused(seconds: Double) async -> Bool {
      let end = ContinuousClock.now.advanced(by: .seconds(seconds))
      while !state.wasGivenUp, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(50)) }
      return !state.wasGivenUp
    }

    /// Waits while the pipe is full.
    /// - Throws: `ReaderGone`.
    func pass(_ bytes: UnsafeRawBufferPointer) throws {
      try state.write(bytes, to: pipe)
      state.passedOn.add(UInt64(bytes.count), ordering: .relaxed)
    }
  }

  let descriptor: FileDescriptor
  private let state: TransferState
  private let abort: @Sendable () -> Void
  private let outcome: Task<Finding?, Never>

  private init(
    descriptor: FileDescriptor, state: TransferState, abort: @escaping @Sendable () -> Void,
    outcome: Task<Finding?, Never>
  ) {
    self.descriptor = descriptor
    self.state = state
    self.abort = abort
    self.outcome = outcome
  }

  /// Starts a transfer and waits until its bytes begin to come. The end of the pipe comes after the outcome is known, so
  /// that who reads to the end and calls `finish` gets it.
  /// - Parameters:
  ///   - abort: breaks off what is under way; may be called at any time.
  ///   - transfer: says `isOpen`, and passes on all bytes.
  /// - Throws: what `transfer` throws before the bytes come: `BadBackup` or `RunTrouble`.
  static func start(
    _ expected: SourceObject, abort: @escaping @Sendable () -> Void,
    transfer: @escaping @Sendable (Work) async throws -> Void
  ) async throws -> TransferStream {
    let pipe = try Pipe()
    // Of our end only, so that the wait for a slow reader can be broken off.
    _ = fcntl(pipe.writeEnd.rawValue, F_SETFL, O_NONBLOCK)
    let (opened, continuation) = AsyncThrowingStream<Void, any Error>.makeStream()
    let work = Work(state: TransferState(), pipe: pipe.writeEnd, opened: continuation)
    let outcome = Task.detached { () -> Finding? in
      let finding = await finding(of: transfer, work, expected)
      work.state.end()
      try? pipe.writeEnd.close()
      return finding
    }
    do {
      var first = opened.makeAsyncIterator()
      try await withTaskCancellationHandler {
        guard try await first.next() != nil else { throw CancellationError() }
      } onCancel: {
        if work.state.giveUp() { abort() }
      }
    } catch {
      _ = await outcome.value
      try? pipe.readEnd.close()
      throw error
    }
    return TransferStream(descriptor: pipe.readEnd, state: work.state, abort: abort, outcome: outcome)
  }

  /// Who calls this before the end of the bytes gave up: the transfer is broken off, which is no fault of the backup's.
  func finish() async -> Finding? {
    if state.giveUp() { abort() }
    let finding = await outcome.value
    return state.wasGivenUp ? nil : finding
  }

  private static func finding(
    of transfer: @Sendable (Work) async throws -> Void, _ work: Work, _ expected: SourceObject
  ) async -> Finding? {
    do {
      try await transfer(work)
      return nil
    } catch {
      work.opened.finish(throwing: error)
      switch error {
      case is ReaderGone: return nil
      case let trouble as RunTrouble:
        var finding = trouble.finding
        finding.evidence.append("bytes read: \(work.passedOn)" + (expected.size.map { " of \($0)" } ?? ""))
        return finding
      case let bad as BadBackup: return bad.finding
      default: return SourceFindings.readError.finding("the bytes could not be passed on")
      }
    }
  }
}
