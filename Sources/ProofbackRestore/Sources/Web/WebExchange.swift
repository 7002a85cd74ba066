import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// What an answer says before its body.
struct WebHead: Sendable, Equatable {
  var status: Int
  /// By lower-case name; of several the last.
  var headers: [String: String]
}

/// Why an exchange came to no end.
enum WebBreak: Error, Equatable {
  /// curl stopped: before the head, or before the body's end.
  case ended
  /// Nothing came for as long as we were willing to wait.
  case silent
  /// What came is not HTTP.
  case malformed
}

/// One request to a service, carried out by a curl process of its own. Life cycle: `start` → `head` → `read` … → `close`.
/// `abort` may come from any thread; `close` is safe twice.
final class WebExchange: Sendable {
  private static let longestHead = 65536

  private let child: ChildProcess
  private let output: FileDescriptor
  private let closed = Flag()

  private init(child: ChildProcess, output: FileDescriptor) {
    self.child = child
    self.output = output
  }

  /// - Parameter config: everything that curl is told, the key too: it goes down a pipe.
  static func start(_ config: CurlConfig) async throws -> WebExchange {
    guard let curl = Programs.find("curl") else {
      throw RunTrouble(SourceFindings.toolMissing, "curl is not installed", hint: "apt install curl")
    }
    let input = try Pipe(capacity: 65536)
    let answer = try await input.closedOnError { try Pipe() }
    let child = try await input.writeEnd.closedOnError {
      try await answer.readEnd.closedOnError {
        try await ChildProcess.start(
          Command(curl, ["--disable", "--config", "-"]), input: .descriptor(input.readEnd),
          output: .descriptor(answer.writeEnd), ownSession: true)
      }
    }
    let bytes = Array(config.text.utf8)
    try? await Blocking.run("web") {
      defer { try? input.writeEnd.close() }
      ignoreBrokenPipe()
      try bytes.withUnsafeBytes { try input.writeEnd.writeFully($0) }
    }
    return WebExchange(child: child, output: answer.readEnd)
  }

  /// Reads up to the empty line before the body; blocks. What came of the body with it is given to `rest`.
  func head(patience: Double, rest: inout [UInt8]) throws -> WebHead {
    var bytes: [UInt8] = []
    while true {
      if let end = Self.endOfHead(bytes) {
        let head = try Self.head(bytes[..<end])
        bytes.removeFirst(end)
        // 100 and its like come before the answer.
        if !(100..<200).contains(head.status) {
          rest = bytes
          return head
        }
        continue
      }
      guard bytes.count < Self.longestHead else { throw WebBreak.malformed }
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = try buffer.withUnsafeMutableBytes { try read(into: $0, patience: patience) }
      guard count > 0 else { throw WebBreak.ended }
      bytes += buffer[..<count]
    }
  }

  /// Reads once; blocks. 0 at the end, whose reason `ended` tells.
  func read(into buffer: UnsafeMutableRawBufferPointer, patience: Double) throws -> Int {
    var entry = pollfd(fd: output.rawValue, events: Int16(POLLIN), revents: 0)
    var ready: Int32
    repeat { ready = poll(&entry, 1, Int32(patience * 1000)) } while ready < 0 && errno == EINTR
    guard ready > 0 else { throw WebBreak.silent }
    return try output.readSome(into: buffer)
  }

  /// From another thread: what waits for bytes sees their end.
  func abort() { child.signal(SIGKILL) }

  /// After the end of the bytes: curl's exit code (curl(1), EXIT CODES); -1 when it was killed.
  func exitCode() async -> Int32 {
    guard case .exited(let code) = await child.wait() else { return -1 }
    return code
  }

  func close() async {
    if closed.set() {
      try? output.close()
      child.signal(SIGKILL)
    }
    _ = await child.wait()
  }

  // MARK: Heads

  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    let mark: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    guard bytes.count >= 4 else { return nil }
    return (0...(bytes.count - 4)).first { bytes[$0..<($0 + 4)].elementsEqual(mark) }.map { $0 + 4 }
  }

  private static func head(_ bytes: ArraySlice<UInt8>) throws -> WebHead {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
    let first = lines.first?.split(separator: " ") ?? []
    guard first.count >= 2, first[0].hasPrefix("HTTP/"), let status = Int(first[1]) else { throw WebBreak.malformed }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      headers[line[..<colon].lowercased()] = String(value)
    }
    return WebHead(status: status, headers: headers)
  }
}
