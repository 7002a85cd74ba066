import Foundation
import Synchronization
import SystemPackage

/// Reads a child's standard error to its end and keeps its beginning and its end, so that a chatty child neither
/// blocks nor fills memory.
final class ErrorCapture: Sendable {
  private struct State {
    var head: [UInt8] = []
    var tail: [UInt8] = []
    var line: [UInt8] = []
    var ended = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }
  private let state = Mutex(State())
  private let limit: Int
  private let onLine: (@Sendable ([UInt8]) -> Void)?
  private static let longestLine = 8192

  init(limit: Int, onLine: (@Sendable ([UInt8]) -> Void)?) {
    self.limit = limit
    self.onLine = onLine
  }

  func follow(_ descriptor: FileDescriptor) {
    let thread = Thread { [self] in
      var buffer = [UInt8](repeating: 0, count: 16384)
      while let count = try? buffer.withUnsafeMutableBytes({ try descriptor.readSome(into: $0) }), count > 0 {
        take(buffer[..<count])
      }
      try? descriptor.close()
      finish()
    }
    thread.stackSize = 1 << 18
    thread.name = "stderr"
    thread.start()
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    let lines = state.withLock { state -> [[UInt8]] in
      let room = max(0, limit / 2 - state.head.count)
      state.head += bytes.prefix(room)
      state.tail += bytes.dropFirst(room)
      if state.tail.count > limit { state.tail.removeFirst(state.tail.count - limit / 2) }
      return onLine == nil ? [] : Self.split(bytes, into: &state.line)
    }
    for line in lines { onLine?(line) }
  }

  private static func split(_ bytes: ArraySlice<UInt8>, into line: inout [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        lines.append(line)
        line.removeAll(keepingCapacity: true)
      } else if line.count < longestLine {
        line.append(byte)
      }
    }
    return lines
  }

  private func finish() {
    let (waiting, rest) = state.withLock { state in
      state.ended = true
      defer { state.waiting = [] }
      return (state.waiting, state.line)
    }
    if !rest.isEmpty { onLine?(rest) }
    for continuation in waiting { continuation.resume() }
  }

  func ended() async {
    await withCheckedContinuation { continuation in
      let already = state.withLock { state in
        if !state.ended { state.waiting.append(continuation) }
        return state.ended
      }
      if already { continuation.resume() }
    }
  }

  func bytes() -> [UInt8] { state.withLock { $0.head + $0.tail.suffix(limit / 2) } }
}
