import Crypto
import Foundation
public import ProofbackCore
import ProofbackSystem
public import SystemPackage

import struct ProofbackSystem.Pipe

/// Bytes that flow past unchanged, hashed and counted. Only the reader sets the pace.
public enum StampedStream {
  /// What went past, and how it ended.
  public struct Result: Sendable {
    public var stream: ProofStream
    public var end: ProcessEnd
    /// What the tool said on standard error: its last lines.
    public var messages: [String]
    /// Why not all of it could be passed on; then the reader has not all of the stream.
    public var lost: String?
  }
  private static let mostMessages = 20

  /// Runs the tool with the caller's environment and standard input, its output passed on to `output`, its messages as they
  /// come to `errors`.
  /// - Throws: what kept it from being started.
  public static func run(
    _ tool: [String], environment: [String: String], to output: FileDescriptor,
    errors: @escaping @Sendable ([UInt8]) -> Void
  ) async throws -> Result {
    let pipe = try Pipe()
    let input = try FileDescriptor.standardInput.duplicate()
    let child = try await pipe.readEnd.closedOnError {
      try await ChildProcess.start(
        Command(tool[0], Array(tool.dropFirst()), environment: environment), input: .descriptor(input),
        output: .descriptor(pipe.writeEnd), onErrorLine: errors)
    }
    let (stream, lost) = try await Blocking.run("stamp") {
      defer { try? pipe.readEnd.close() }
      return try pump(pipe.readEnd, to: output)
    }
    let said = await child.wholeErrorOutput()
    let lines = said.split(separator: 10).suffix(mostMessages)
    return Result(
      stream: stream, end: await child.wait(),
      messages: lines.map { UntrustedText.line(ToolText.redacted(String(decoding: $0, as: UTF8.self)), limit: 300) },
      lost: lost)
  }

  /// Of a file that is there already.
  public static func read(_ path: String) async throws -> ProofStream {
    try await Blocking.run("stamp") {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
      defer { try? file.close() }
      return try pump(file, to: nil).0
    }
  }

  private static func pump(_ from: FileDescriptor, to output: FileDescriptor?) throws -> (ProofStream, String?) {
    ignoreBrokenPipe()
    var hash = SHA256()
    var bytes: UInt64 = 0
    var lost: String?
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 19, alignment: 4096)
    defer { buffer.deallocate() }
    while lost == nil {
      let count = try from.readSome(into: buffer)
      if count == 0 { break }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      do { try output?.writeFully(piece) } catch {
        lost = "\(error)"
        break
      }
      hash.update(bufferPointer: piece)
      bytes += UInt64(count)
    }
    return (ProofStream(bytes: bytes, sha256: Hexadecimal.text(hash.finalize())), lost)
  }
}
