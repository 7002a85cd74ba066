import ProofbackCore

/// A file by itself, as a folder with nothing else in it.
final class SingleFile: MemberReader, @unchecked Sendable {
  private var member: (any Member)?

  init(_ source: any ByteReader, name: String) { member = Named(source, name: name) }

  func next() -> (any Member)? {
    defer { member = nil }
    return member
  }

  private final class Named: Member, @unchecked Sendable {
    let name: String
    let size: UInt64? = nil
    private let source: any ByteReader

    init(_ source: any ByteReader, name: String) {
      self.source = source
      self.name = name
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int { try source.read(into: buffer) }
  }
}
