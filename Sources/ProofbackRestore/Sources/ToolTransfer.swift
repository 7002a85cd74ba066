import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

import struct ProofbackSystem.Pipe

/// A file that a tool prints, on its way into a pipe.
final class ToolTransfer: Sendable {
  /// How a tool ended, and what it said of it.
  struct End: Sendable {
    var end: ProcessEnd
    var errors: [UInt8]
    /// Bytes of the file that came before.
    var passedOn: UInt64
  }

  struct Order: Sendable {
    var command: Command
    /// What it reads, a password for one.
    var input: [UInt8]?
    /// For people: the place that it asks.
    var place: String
    /// Seconds without a byte after which it is given up.
    var patience: Double
    /// What an end other than success means; nil: nothing.
    var explain: @Sendable (End) async -> (any Error)?
    /// Looks, once all bytes came, whether the file is still the same.
    var afterwards: @Sendable () async throws -> Void = {}
  }

  private let order: Order
  private let expected: SourceObject
  private let child = Mutex<ChildProcess?>(nil)

  private init(_ order: Order, _ expected: SourceObject) {
    self.order = order
    self.expected = expected
  }

  /// Starts the tool and waits for its first byte.
  /// - Throws: what `explain` makes of an end before that.
  static func start(_ order: Order, expected: SourceObject) async throws -> TransferStream {
    let transfer = ToolTransfer(order, expected)
    return try await TransferStream.start(
      expected, abort: { transfer.abort() }, transfer: { try await transfer.carryOut($0) })
  }

  private func abort() { child.withLock { $0?.signal(SIGKILL) } }

  private func carryOut(_ work: TransferStream.Work) async throws {
    let (child, output) = try await launch()
    self.child.withLock { $0 = child }
    if work.state.wasGivenUp { child.signal(SIGKILL) }
    let cameToEnd: Bool
    do {
      cameToEnd = try await Blocking.run("tool") { [self] in
        defer { try? output.close() }
        ignoreBrokenPipe()
        return try copy(output, work)
      }
    } catch {
      child.signal(SIGKILL)
      _ = await child.wait()
      throw error
    }
    guard cameToEnd else {
      child.signal(SIGKILL)
      _ = await child.wait()
      throw RunTrouble(SourceFindings.stalled, "\(order.place) stopped answering", canRetry: true)
    }
    let errors = await child.wholeErrorOutput()
    let end = await child.wait()
    if work.state.wasGivenUp { throw ReaderGone() }
    if !end.isSuccess, let error = await order.explain(End(end: end, errors: errors, passedOn: work.passedOn)) {
      throw error
    }
    // An empty file has no first byte.
    work.isOpen()
    try await order.afterwards()
    if let size = expected.size, size != work.passedOn {
      throw RunTrouble(
        SourceFindings.changed, "\(expected.name) at \(order.place) has another size than when it was chosen",
        evidence: ["bytes before: \(size)", "bytes that came: \(work.passedOn)"])
    }
  }

  private func launch() async throws -> (ChildProcess, FileDescriptor) {
    let output = try Pipe()
    let input = try await output.closedOnError { try order.input.map { _ in try Pipe(capacity: 65536) } }
    let child: ChildProcess
    do {
      child = try await ChildProcess.start(
        order.command, input: input.map { .descriptor($0.readEnd) } ?? .none, output: .descriptor(output.writeEnd),
        ownSession: true)
    } catch {
      for end in [output.readEnd, input?.writeEnd] { try? end?.close() }
      throw error
    }
    if let input, let bytes = order.input {
      try? await Blocking.run("tool") {
        defer { try? input.writeEnd.close() }
        ignoreBrokenPipe()
        try bytes.withUnsafeBytes { try input.writeEnd.writeFully($0) }
      }
    }
    return (child, output.readEnd)
  }

  /// - Returns: false when nothing came for longer than we wait.
  private func copy(_ output: FileDescriptor, _ work: TransferStream.Work) throws -> Bool {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
      var entry = pollfd(fd: output.rawValue, events: Int16(POLLIN), revents: 0)
      var ready: Int32
      repeat { ready = poll(&entry, 1, Int32(order.patience * 1000)) } while ready < 0 && errno == EINTR
      guard ready > 0 else { return false }
      let count = try output.readSome(into: buffer)
      if count == 0 { return true }
      if work.passedOn == 0 { work.isOpen() }
      try work.pass(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
