import CLinux
import Crypto
import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// Moves the bytes of one pipe into another inside the kernel (`splice`), and counts them. Owns both ends.
///
/// When whoever reads `target` stops, what still comes is read and dropped: the writer goes on to its end and can say
/// whether its own layer is whole (gpg knows only at the last byte). The last hop of a chain is different: when its
/// reader stops, the run has given up, and `onReaderGone` ends everything.
///
/// One that is to hash what it moves has to look at it: it reads and writes instead.
final class PipeHop: Sendable {
  private let source: FileDescriptor
  private let target: FileDescriptor
  /// Readable or hung up when the chain is to stop.
  private let stop: FileDescriptor
  private let count = Atomic<UInt64>(0)
  private let done = Mutex<Task<Void, Never>?>(nil)
  private let hash: Mutex<SHA256?>
  /// Of all bytes, once all have come.
  private let digest = Mutex<String?>(nil)

  init(from source: FileDescriptor, to target: FileDescriptor, stop: FileDescriptor, hashes: Bool = false) {
    hash = Mutex(hashes ? SHA256() : nil)
    self.source = source
    self.target = target
    self.stop = stop
  }

  /// SHA-256 of what was moved; nil when it was not asked for, or the source's end was not reached.
  var sha256: String? { digest.withLock { $0 } }

  /// Bytes taken from the source so far.
  var bytes: UInt64 { count.load(ordering: .relaxed) }

  /// Starts moving, on a thread of its own.
  /// - Parameter onReaderGone: for the last hop; nil drops what comes after the reader has gone.
  func start(onBytes: @escaping @Sendable (UInt64) -> Void, onReaderGone: (@Sendable () -> Void)? = nil) {
    let task = Task.detached { [self] in
      try? await Blocking.run("hop") { self.run(onBytes, onReaderGone) }
      return
    }
    done.withLock { $0 = task }
  }

  /// Returns when all was moved, and both ends are closed.
  func ended() async { await done.withLock { $0 }?.value }

  private func run(_ onBytes: (UInt64) -> Void, _ onReaderGone: (() -> Void)?) {
    Self.blockBrokenPipeSignal()
    let readerGone = hash.withLock({ $0 != nil }) ? copy(onBytes) : move(onBytes)
    if readerGone { onReaderGone?() }
    try? target.close()
    if readerGone && onReaderGone == nil { drain(onBytes) }
    try? source.close()
    onBytes(bytes)
  }

  /// - Returns: whether the reader has gone.
  private func move(_ onBytes: (UInt64) -> Void) -> Bool {
    var told: UInt64 = 0
    while mayGoOn(), hasRoom() {
      let moved = proofback_splice(source.rawValue, target.rawValue, Self.step)
      if moved > 0 {
        let total = count.add(UInt64(moved), ordering: .relaxed).newValue
        if total - told >= Self.tellEvery {
          told = total
          onBytes(total)
        }
      } else if moved == 0 {
        return false
      } else if errno != EINTR {
        return errno == EPIPE
      }
    }
    return false
  }

  private func drain(_ onBytes: (UInt64) -> Void) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while mayGoOn() {
      guard buffer.withUnsafeMutableBytes({ take(into: $0) }) > 0 else { return }
    }
  }

  /// Reads, counts and hashes; 0 at the end, and after an error.
  private func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let taken = try? source.readSome(into: buffer) else { return 0 }
    count.add(UInt64(taken), ordering: .relaxed)
    hash.withLock { hash in
      hash?.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<taken]))
      guard taken == 0, let whole = hash else { return }
      digest.withLock { $0 = Hexadecimal.text(whole.finalize()) }
    }
    return taken
  }

  /// As `move`, through our memory.
  private func copy(_ onBytes: (UInt64) -> Void) -> Bool {
    // Without it a reader that stops would hold the chain for ever, inside of `write`. It is this end's alone.
    _ = fcntl(target.rawValue, F_SETFL, fcntl(target.rawValue, F_GETFL) | O_NONBLOCK)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 4096)
    defer { buffer.deallocate() }
    var told: UInt64 = 0
    while mayGoOn() {
      let taken = take(into: buffer)
      if taken == 0 { return false }
      var rest = UnsafeRawBufferPointer(rebasing: buffer[..<taken])
      while !rest.isEmpty {
        guard hasRoom() else { return false }
        let written = write(target.rawValue, rest.baseAddress, rest.count)
        if written >= 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        } else if errno == EPIPE {
          return true
        } else if errno != EINTR, errno != EAGAIN {
          return false
        }
      }
      if bytes - told >= Self.tellEvery {
        told = bytes
        onBytes(told)
      }
    }
    return false
  }

  /// Waits until the source has something or has ended; false when the chain is to stop.
  private func mayGoOn() -> Bool { wait(for: source, Int16(POLLIN)) }

  /// Waits until the target can take something or nobody reads it; false when the chain is to stop. Without it a reader
  /// that neither reads nor closes would hold the chain for ever, inside of `splice`.
  private func hasRoom() -> Bool { wait(for: target, Int16(POLLOUT)) }

  private func wait(for descriptor: FileDescriptor, _ events: Int16) -> Bool {
    var entries = [
      pollfd(fd: descriptor.rawValue, events: events, revents: 0),
      pollfd(fd: stop.rawValue, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&entries, 2, -1) < 0 { if errno != EINTR { return false } }
    return entries[1].revents == 0
  }

  /// `splice` raises SIGPIPE, which would end us all; blocked on this thread it goes with the thread.
  private static func blockBrokenPipeSignal() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  private static let step = 1 << 20
  private static let tellEvery: UInt64 = 4 << 20
}
