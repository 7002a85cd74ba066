/// A decoded backup on its way into an engine: one stream, or the members of a folder packed as tar.
/// Reading blocks the calling thread: engines read on a thread of their own (`Blocking.run`).
public enum BackupContent: Sendable {
  case stream(any ByteReader)
  case folder(any MemberReader)
}

/// Bytes in order. Not for use from two threads at once.
public protocol ByteReader: AnyObject, Sendable {
  /// Fills the front of `buffer`; returns how many bytes, 0 at the end. May return fewer than asked for.
  /// A source or decoder that failed also ends the bytes: the run asks it why.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// The members of a folder, one after another.
public protocol MemberReader: AnyObject, Sendable {
  /// The next member, or nil at the end. What was left unread of the one before is passed over.
  func next() throws -> (any Member)?
  /// What was found in the folder as such (cut off, damaged, hostile names) and in the layers around its members; to
  /// be asked after `next` returned nil.
  var findings: [Finding] { get }
}

extension MemberReader {
  public var findings: [Finding] { [] }
}

public protocol Member: ByteReader {
  /// Path in the folder, checked: relative, no `..`.
  var name: String { get }
  /// Bytes that the folder says it has, where it says so.
  var size: UInt64? { get }
}
