import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// What a job says of itself, and what its program writes to standard error: read to the end, kept in part, believed in
/// nothing but how the program ended.
final class JobControl: Sendable {
  enum Word: Equatable {
    case begun(Int32)
    case missing
    case ended(Int32)
  }

  private struct State {
    var line: [UInt8] = []
    var head: [UInt8] = []
    var tail: [UInt8] = []
  }
  private let state = Mutex(State())
  private let words: FileDescriptor
  private let errors: FileDescriptor
  private let stopped: StopSign
  private static let kept = 32768
  /// Seconds that standard error is waited for once the program has ended: what it left running may hold it.
  private static let lastWords = 1.0

  init(words: FileDescriptor, errors: FileDescriptor, stopped: StopSign) {
    self.words = words
    self.errors = errors
    self.stopped = stopped
  }

  /// The first half of what is kept, and the last.
  func errorOutput() -> [UInt8] { state.withLock { $0.head + $0.tail.suffix(Self.kept) } }

  /// The job's next word; nil when it says none until `deadline`, or can say none any more.
  func next(until deadline: Date) -> Word? {
    while !stopped.isSet, Date() < deadline {
      let ready = look(both: true)
      if ready.errors { takeErrors() }
      guard ready.words else { continue }
      switch takeWord() {
      case .word(let word): return word
      case .nothing: continue
      case .over: return nil
      }
    }
    return nil
  }

  /// How the program ended. What is on standard error by then is all there.
  func end() -> ProcessEnd {
    var end = ProcessEnd.signalled(SIGKILL)
    if case .ended(let code)? = next(until: .distantFuture) {
      end = (129...192).contains(code) ? .signalled(code - 128) : .exited(code)
    }
    let deadline = Date(timeIntervalSinceNow: Self.lastWords)
    while !stopped.isSet, Date() < deadline {
      if look(both: false).errors, !takeErrors() { break }
    }
    return end
  }

  func close() {
    try? words.close()
    try? errors.close()
  }

  private func look(both: Bool) -> (words: Bool, errors: Bool) {
    var ends = [words, errors].map { pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0) }
    if !both { ends[0].fd = -1 }
    // One that is at its end would answer at once, for ever.
    if isOver { ends[1].fd = -1 }
    _ = poll(&ends, 2, 200)
    return (ends[0].revents != 0, ends[1].revents != 0)
  }

  private let over = Flag()
  private var isOver: Bool { over.isSet }

  /// - Returns: whether there may be more.
  @discardableResult private func takeErrors() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16384)
    let count = Glibc.read(errors.rawValue, &buffer, buffer.count)
    if count < 0, errno == EAGAIN || errno == EINTR { return true }
    guard count > 0 else {
      over.set()
      return false
    }
    state.withLock { state in
      let room = max(0, Self.kept - state.head.count)
      state.head += buffer[..<count].prefix(room)
      state.tail += buffer[..<count].dropFirst(room)
      if state.tail.count > 2 * Self.kept { state.tail.removeFirst(state.tail.count - Self.kept) }
    }
    return true
  }

  private enum Taken {
    case word(Word)
    case nothing, over
  }

  private func takeWord() -> Taken {
    var byte: UInt8 = 0
    while true {
      let count = Glibc.read(words.rawValue, &byte, 1)
      if count < 0 { return errno == EAGAIN || errno == EINTR ? .nothing : .over }
      if count == 0 { return .over }
      let line = state.withLock { state -> [UInt8]? in
        if byte != UInt8(ascii: "\n") {
          state.line.append(byte)
          return nil
        }
        defer { state.line = [] }
        return state.line
      }
      if let line { return Self.word(String(decoding: line, as: UTF8.self)).map { .word($0) } ?? .over }
      // Ours are short.
      if state.withLock({ $0.line.count }) > 40 { return .over }
    }
  }

  static func word(_ line: String) -> Word? {
    let parts = line.split(separator: " ", omittingEmptySubsequences: false)
    if parts == ["missing"] { return .missing }
    guard parts.count == 2, let number = Int32(parts[1]), number >= 0 else { return nil }
    switch parts[0] {
    case "begun": return number > 1 ? .begun(number) : nil
    case "ended": return number < 256 ? .ended(number) : nil
    default: return nil
    }
  }
}
