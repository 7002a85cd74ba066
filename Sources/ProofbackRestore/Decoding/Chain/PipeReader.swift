import ProofbackCore
import ProofbackSystem
import SystemPackage

/// The bytes of a pipe, for an engine. Does not close it.
final class PipeReader: ByteReader {
  private let descriptor: FileDescriptor
  init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int { try descriptor.readSome(into: buffer) }
}
