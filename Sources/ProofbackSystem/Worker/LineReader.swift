import Glibc
public import SystemPackage

/// Lines out of a pipe. Not for use from two threads at once; does not close the descriptor.
public struct LineReader: ~Copyable {
  public enum Line: Sendable, Equatable {
    case whole([UInt8])
    /// Longer than allowed; passed over.
    case tooLong
  }

  private let descriptor: FileDescriptor
  private let limit: Int
  private var buffer = [UInt8](repeating: 0, count: 65536)
  private var unread: Range<Int> = 0..<0

  /// - Parameter limit: bytes of the longest line, its end not counted.
  public init(_ descriptor: FileDescriptor, limit: Int) {
    self.descriptor = descriptor
    self.limit = limit
  }

  /// The next line without its end; nil at the end of the bytes. What stands there without a line end is a line too.
  public mutating func next() throws -> Line? {
    var line: [UInt8] = []
    var isTooLong = false
    var isEmpty = true
    while true {
      if unread.isEmpty {
        let count = try buffer.withUnsafeMutableBytes { try descriptor.readSome(into: $0) }
        unread = 0..<count
        if count == 0 { return isEmpty ? nil : isTooLong ? .tooLong : .whole(line) }
      }
      isEmpty = false
      let end = buffer[unread].firstIndex(of: UInt8(ascii: "\n"))
      let piece = buffer[unread.lowerBound..<(end ?? unread.upperBound)]
      if line.count + piece.count > limit { isTooLong = true }
      if isTooLong { line = [] } else { line += piece }
      unread = min((end ?? unread.upperBound) + (end == nil ? 0 : 1), unread.upperBound)..<unread.upperBound
      if end != nil { return isTooLong ? .tooLong : .whole(line) }
    }
  }
}
