import ProofbackCore

/// A member whose first bytes were read already and come again.
final class ReplayedMember: Member, @unchecked Sendable {
  let head: [UInt8]
  private let member: any Member
  private var position = 0
  var name: String { member.name }
  var size: UInt64? { member.size }

  /// `member` itself where its head is known already.
  static func of(_ member: any Member) throws -> ReplayedMember {
    try member as? ReplayedMember ?? ReplayedMember(member)
  }

  private init(_ member: any Member) throws {
    self.member = member
    var bytes = [UInt8](repeating: 0, count: ContentHead.limit)
    var filled = 0
    try bytes.withUnsafeMutableBytes { buffer in
      while filled < buffer.count {
        let count = try member.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
        if count == 0 { break }
        filled += count
      }
    }
    head = Array(bytes[..<filled])
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard position < head.count else { return try member.read(into: buffer) }
    let count = min(buffer.count, head.count - position)
    head[position..<(position + count)].withUnsafeBytes { buffer.copyMemory(from: $0.prefix(count).rebased) }
    position += count
    return count
  }
}

extension Slice where Base == UnsafeRawBufferPointer {
  fileprivate var rebased: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self) }
}
