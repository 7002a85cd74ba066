import Crypto
import Foundation
import Glibc
import ProofbackCore
import Synchronization

/// The program that machines fetch from the server: its own. The file is held open, so that an upgrade of the server's
/// package changes nothing for machines that are on their way.
public final class WorkerProgram: Sendable {
  private let descriptor: Int32
  public let size: Int64
  private let known = Mutex<String?>(nil)
  private static let piece = 1 << 20

  /// - Throws: `POSIXError` when it can't be read.
  public init(_ path: String) throws {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    size = Int64(status.st_size)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Of the whole file, hexadecimal.
  public func sha256() throws -> String {
    try known.withLock { known in
      if let known { return known }
      var hash = SHA256()
      var offset: Int64 = 0
      while let bytes = try read(at: offset) {
        hash.update(data: bytes)
        offset += Int64(bytes.count)
      }
      let text = Hexadecimal.text(hash.finalize())
      known = text
      return text
    }
  }

  /// Some bytes from there on; nil at the end.
  public func read(at offset: Int64) throws -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: Self.piece)
    let count = pread(descriptor, &bytes, bytes.count, off_t(offset))
    guard count >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    bytes.removeLast(bytes.count - count)
    return bytes.isEmpty ? nil : bytes
  }
}
