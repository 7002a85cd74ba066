import Foundation
public import ProofbackCore
import Subprocess
import Synchronization
public import SystemPackage

/// A process that we started, with swift-subprocess: it spawns from one lasting thread, so that a parent-death signal
/// asked for by the child fires at our end only.
public final class ChildProcess: Sendable {
  public let command: Command
  public let processID: Int32
  private let completion: Task<ProcessEnd, Never>
  private let errors: ErrorCapture
  private let life: Life

  /// Whether it has been reaped: its id may be another process's from then on.
  private final class Life: Sendable { let ended = Mutex(false) }

  /// Where a child's standard stream goes.
  public enum Stream: Sendable {
    case none
    /// Given away: closed on this side once the child has it, also when the start fails.
    case descriptor(FileDescriptor)
  }

  private init(
    command: Command, processID: Int32, completion: Task<ProcessEnd, Never>, errors: ErrorCapture, life: Life
  ) {
    self.command = command
    self.processID = processID
    self.completion = completion
    self.errors = errors
    self.life = life
  }

  /// Starts `command`. Its standard error is read to its end and kept up to `errorLimit` bytes.
  /// - Parameters:
  ///   - ownSession: a session of its own, so that a terminal's Ctrl-C does not reach it.
  ///   - onErrorLine: called for every whole line of standard error, from a thread of its own.
  /// - Throws: what kept it from being started.
  public static func start(
    _ command: Command, input: Stream = .none, output: Stream = .none, ownSession: Bool = false,
    errorLimit: Int = 65536, onErrorLine: (@Sendable ([UInt8]) -> Void)? = nil
  ) async throws -> ChildProcess {
    let (pipe, inputDescriptor, outputDescriptor) = try streams(input, output)
    let errors = ErrorCapture(limit: errorLimit, onLine: onErrorLine)
    let (started, continuation) = AsyncThrowingStream<Int32, any Error>.makeStream()
    let life = Life()
    let completion = Task.detached {
      let end = await spawn(
        command, ownSession: ownSession, input: inputDescriptor, output: outputDescriptor, error: pipe.writeEnd,
        started: continuation)
      life.ended.withLock { $0 = true }
      return end
    }
    errors.follow(pipe.readEnd)
    // In a task of its own, which a cancelled caller does not cancel: the child would run on, held by nobody.
    let first = Task {
      var iterator = started.makeAsyncIterator()
      return try await iterator.next()
    }
    guard let processID = try await first.value else { throw Errno.noSuchProcess }
    return ChildProcess(command: command, processID: processID, completion: completion, errors: errors, life: life)
  }

  /// All three, or none: what was given is closed when the others can't be had.
  private static func streams(
    _ input: Stream, _ output: Stream
  ) throws -> (error: Pipe, input: FileDescriptor, output: FileDescriptor) {
    var opened: [FileDescriptor] = []
    do {
      for (stream, forReading) in [(input, true), (output, false)] {
        opened.append(try stream.opened(forReading: forReading))
      }
      return (try Pipe(capacity: 65536), opened[0], opened[1])
    } catch {
      for case .descriptor(let given) in [input, output] where !opened.contains(given) { opened.append(given) }
      for descriptor in opened { try? descriptor.close() }
      throw error
    }
  }

  private static func spawn(
    _ command: Command, ownSession: Bool, input: FileDescriptor, output: FileDescriptor, error: FileDescriptor,
    started: AsyncThrowingStream<Int32, any Error>.Continuation
  ) async -> ProcessEnd {
    var options = PlatformOptions()
    options.createSession = ownSession
    let environment = Dictionary(
      uniqueKeysWithValues: command.environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
    do {
      let result = try await Subprocess.run(
        .path(FilePath(command.executable)), arguments: Arguments(command.arguments),
        environment: .custom(environment), platformOptions: options,
        input: .fileDescriptor(input, closeAfterSpawningProcess: true),
        output: .fileDescriptor(output, closeAfterSpawningProcess: true),
        error: .fileDescriptor(error, closeAfterSpawningProcess: true)
      ) { execution in
        started.yield(Int32(execution.processIdentifier.value))
        started.finish()
      }
      return ProcessEnd(result.terminationStatus)
    } catch {
      started.finish(throwing: error)
      return .signalled(SIGKILL)
    }
  }

  /// Waits for its end; may be called more than once.
  public func wait() async -> ProcessEnd { await completion.value }

  /// Whether it has ended and been reaped: its id means nothing any more.
  public var hasEnded: Bool { life.ended.withLock { $0 } }

  /// Sends a signal; nothing happens when it has ended.
  public func signal(_ number: Int32) {
    life.ended.withLock { ended in
      if !ended { _ = kill(processID, number) }
    }
  }

  /// SIGTERM, then after `seconds` SIGKILL; returns when it has ended.
  public func stop(within seconds: Double) async {
    signal(SIGTERM)
    let killer = Task {
      try await Task.sleep(for: .seconds(seconds))
      signal(SIGKILL)
    }
    _ = await wait()
    killer.cancel()
  }

  /// What came on standard error so far: the first half of the limit and the last half.
  public func errorOutput() -> [UInt8] { errors.bytes() }

  /// What came on standard error, to its end.
  public func wholeErrorOutput() async -> [UInt8] {
    _ = await wait()
    await errors.ended()
    return errors.bytes()
  }
}

extension ChildProcess.Stream {
  /// The descriptor to hand over; `/dev/null` for none.
  fileprivate func opened(forReading: Bool) throws -> FileDescriptor {
    switch self {
    case .descriptor(let descriptor): descriptor
    case .none: try FileDescriptor.open("/dev/null", forReading ? .readOnly : .writeOnly, options: .closeOnExec)
    }
  }
}

extension ProcessEnd {
  init(_ status: TerminationStatus) {
    switch status {
    case .exited(let code): self = .exited(Int32(code))
    case .signaled(let number): self = .signalled(Int32(number))
    }
  }
}
