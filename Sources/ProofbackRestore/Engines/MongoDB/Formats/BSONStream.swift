/// Documents one after another, as archives and .bson files hold them.
struct BSONStream {
  let bytes: ReadAhead
  /// Where no checksum tells whether a text's zeros are its own.
  var looksForHoles = false

  enum Step: Equatable {
    case document
    /// The archive's mark between sections; no document of its own.
    case terminator
    /// The bytes end between two documents.
    case end
    /// The bytes end inside a document.
    case cut
    case faulty(BSONDocument.Fault)
  }

  /// Source: mongo-tools, common/archive/archive.go (terminator).
  static let terminator: Int32 = -1

  /// Appends the next document to `target`, its shape checked; `target` is unchanged after any other step.
  func next(into target: inout [UInt8]) throws -> Step {
    let (length, isCut) = try bytes.int32()
    guard let length else { return isCut ? .cut : .end }
    if length == Self.terminator { return .terminator }
    guard length >= BSONDocument.smallest, length <= BSONDocument.largest else { return .faulty(.length) }
    let start = target.count
    withUnsafeBytes(of: length.littleEndian) { target.append(contentsOf: $0) }
    guard try bytes.append(Int(length) - 4, to: &target) else {
      target.removeLast(target.count - start)
      return .cut
    }
    let place = looksForHoles ? bytes.taken - UInt64(length) : nil
    let fault = target.withUnsafeBytes {
      BSONDocument.fault(in: UnsafeRawBufferPointer(rebasing: $0[start...]), at: place)
    }
    if let fault {
      target.removeLast(target.count - start)
      return .faulty(fault)
    }
    return .document
  }
}
