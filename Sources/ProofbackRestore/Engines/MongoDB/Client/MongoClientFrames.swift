import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Requests and replies on a pair of pipes. A request: two little-endian lengths, JSON, body. A reply: one length,
/// JSON. Lengths above the caps end the conversation: neither side trusts the other's memory.
struct MongoClientFrames {
  let input: FileDescriptor
  let output: FileDescriptor

  static let longestHeader = 64 << 10
  static let longestBody = 96 << 20
  static let longestReply = 64 << 20

  /// The other side ended, or said something that is no frame.
  struct Broken: Error {}

  func send(_ request: MongoClientRequest, body: [UInt8] = []) throws {
    let header = Array(try JSONEncoder().encode(request))
    guard header.count <= Self.longestHeader, body.count <= Self.longestBody else { throw Broken() }
    try write(Self.length(header.count) + Self.length(body.count) + header)
    try write(body)
  }

  /// The next request, or nil when the worker has closed its end.
  func receive() throws -> (MongoClientRequest, body: [UInt8])? {
    guard let lengths = try input.readWhole(8) else { return nil }
    let header = Self.length(lengths[0..<4])
    let body = Self.length(lengths[4..<8])
    guard header <= Self.longestHeader, body <= Self.longestBody else { throw Broken() }
    let request = try JSONDecoder().decode(MongoClientRequest.self, from: Data(try whole(header)))
    return (request, try whole(body))
  }

  func reply(_ reply: MongoClientReply) throws {
    let bytes = Array(try JSONEncoder().encode(reply))
    guard bytes.count <= Self.longestReply else { throw Broken() }
    try write(Self.length(bytes.count) + bytes)
  }

  func receiveReply() throws -> MongoClientReply {
    let length = Self.length(try whole(4)[...])
    guard length <= Self.longestReply else { throw Broken() }
    return try JSONDecoder().decode(MongoClientReply.self, from: Data(try whole(length)))
  }

  private func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try output.writeFully($0) } }

  private func whole(_ count: Int) throws -> [UInt8] {
    guard let bytes = try input.readWhole(count) else { throw Broken() }
    return bytes
  }

  private static func length(_ value: Int) -> [UInt8] {
    let value = UInt32(value)
    return [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value >> 16 & 0xFF), UInt8(value >> 24)]
  }

  private static func length(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
