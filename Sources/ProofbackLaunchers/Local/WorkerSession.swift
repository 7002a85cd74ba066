import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

import struct ProofbackSystem.Pipe

/// A worker that runs, and the two pipes to it.
final class WorkerSession: Sendable {
  private let child: ChildProcess
  private let output: FileDescriptor
  /// Nil once closed.
  private let input: Mutex<FileDescriptor?>
  private let wasCancelled = Mutex(false)
  /// Writes in order, and off the concurrency runtime's threads: keys may be more than the pipe holds.
  private let queue = DispatchQueue(label: "to worker")

  private init(child: ChildProcess, input: FileDescriptor, output: FileDescriptor) {
    self.child = child
    self.input = Mutex(input)
    self.output = output
  }

  /// Starts `command` in a session of its own: a terminal's Ctrl-C is for us alone.
  static func start(_ command: Command) async throws -> WorkerSession {
    let input = try ProofbackSystem.Pipe()
    let output = try ProofbackSystem.Pipe()
    do {
      let child = try await ChildProcess.start(
        command, input: .descriptor(input.readEnd), output: .descriptor(output.writeEnd), ownSession: true)
      return WorkerSession(child: child, input: input.writeEnd, output: output.readEnd)
    } catch {
      try? input.writeEnd.close()
      try? output.readEnd.close()
      throw error
    }
  }

  func give(_ assignment: Assignment) {
    write { try WorkerProtocol.line(assignment) }
  }

  /// Asks the worker to end, and makes it after `seconds`.
  func cancel(killAfter seconds: Double) {
    wasCancelled.withLock { $0 = true }
    write { Array(WorkerProtocol.cancelLine.utf8) }
    kill(after: seconds)
  }

  /// Passes the worker's events on until its output ends; returns its report if one came.
  func follow(into events: any EventSink, patience: Double) async -> RunReport? {
    try? await Blocking.run("worker") { [self] in
      var relay = EventRelay(sink: events)
      defer { try? output.close() }
      var reader = LineReader(output, limit: WorkerProtocol.longestReport)
      var isOver = false
      while let line = try? reader.next() {
        if case .whole(let bytes) = line { relay.take(bytes) } else { relay.take(nil) }
        if relay.report != nil, !isOver {
          isOver = true
          self.kill(after: patience)
        }
      }
      return relay.report
    }
  }

  /// Waits for the end of the worker, whose output has ended; after `seconds` it is killed.
  func end(within seconds: Double) async -> ProcessEnd {
    kill(after: seconds)
    let end = await child.wait()
    input.withLock { input in
      try? input?.close()
      input = nil
    }
    return end
  }

  /// Why there is no report.
  func trouble(_ end: ProcessEnd) async -> RunTrouble {
    let how =
      switch end {
      case .exited(let code): "exit code \(code)"
      case .signalled(let number): "signal \(number)"
      }
    let words = String(decoding: await child.wholeErrorOutput(), as: UTF8.self)
    let lines = words.split(separator: "\n").suffix(5)
    if end == .exited(1), NamespaceRefusal.isOne(words) {
      return RunTrouble(
        WorkerFindings.noNamespace, "this machine gives the worker no namespaces of its own",
        evidence: lines.map { UntrustedText.line($0) })
    }
    let fact = wasCancelled.withLock { $0 } ? "the worker was cancelled and did not report in time" : "the worker ended"
    return RunTrouble(
      WorkerFindings.died, "\(fact) without a report (\(how))", evidence: lines.map { UntrustedText.line($0) },
      canRetry: true)
  }

  /// The worker and everything it started: the kernel ends the rest of the namespace with it.
  func kill(after seconds: Double) {
    Task { [child] in
      try? await Task.sleep(for: .seconds(seconds))
      child.signal(SIGKILL)
    }
  }

  private func write(_ bytes: @escaping @Sendable () throws -> [UInt8]) {
    queue.async { [self] in
      input.withLock { input in
        guard let input, let line = try? bytes() else { return }
        try? line.withUnsafeBytes { try input.writeFully($0) }
      }
    }
  }
}
