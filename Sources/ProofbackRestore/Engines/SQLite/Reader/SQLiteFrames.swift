import Foundation
import ProofbackSystem
import SystemPackage

/// The conversation's two pipes. Lengths above the caps end it: neither side trusts the other's memory.
enum SQLiteFrames {
  struct Broken: Error {}

  static func send(_ request: SQLiteRequest, _ payload: UnsafeRawBufferPointer, to output: FileDescriptor) throws {
    let length = UInt32(payload.count)
    let head = [request.rawValue] + (0..<4).map { UInt8(length >> (8 * UInt32($0)) & 0xFF) }
    try head.withUnsafeBytes { try output.writeFully($0) }
    try output.writeFully(payload)
  }

  /// The next request, or nil when the worker has closed its end.
  static func receive(from input: FileDescriptor) throws -> (SQLiteRequest, [UInt8])? {
    guard let head = try input.readWhole(5) else { return nil }
    let length = head[1...].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard let request = SQLiteRequest(rawValue: head[0]), length <= SQLiteRequest.longest,
      let payload = try input.readWhole(length)
    else { throw Broken() }
    return (request, payload)
  }

  static func reply(_ value: some Encodable, to output: FileDescriptor) throws {
    var bytes = Array(try JSONEncoder().encode(value))
    guard bytes.count <= SQLiteRequest.longestReply else { throw Broken() }
    bytes.append(UInt8(ascii: "\n"))
    try bytes.withUnsafeBytes { try output.writeFully($0) }
  }
}
