import ProofbackCore

/// The members of a folder with the first file's head looked at: it decides what the folder is.
final class FolderContent: MemberReader, @unchecked Sendable {
  /// Names up to the first file, and its own.
  let names: [String]
  /// The first bytes of the first file that has any, at most `ContentHead.limit`.
  let head: [UInt8]
  private let rest: any MemberReader
  private var waiting: (any Member)?

  /// Reads on to the first file that is not empty. Blocks.
  init(_ reader: any MemberReader) throws {
    var names: [String] = []
    var first: ReplayedMember?
    while first == nil, names.count < 1000, let member = try reader.next() {
      names.append(member.name)
      let replayed = try ReplayedMember(member)
      if !replayed.head.isEmpty { first = replayed }
    }
    self.names = names
    head = first?.head ?? []
    waiting = first
    rest = reader
  }

  func next() throws -> (any Member)? {
    if let member = waiting {
      waiting = nil
      return member
    }
    return try rest.next()
  }
}

/// A member whose first bytes were read already and come again.
final class ReplayedMember: Member, @unchecked Sendable {
  let head: [UInt8]
  private let member: any Member
  private var position = 0
  var name: String { member.name }
  var size: UInt64? { member.size }

  init(_ member: any Member) throws {
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

/// The members of a folder that are wanted, one after another as one stream with a line feed between them.
final class MemberStream: ByteReader, @unchecked Sendable {
  private let members: any MemberReader
  private let isWanted: ([UInt8]) -> Bool
  private var current: ReplayedMember?
  private var gap = false
  /// Names of members that were passed over although they have bytes.
  private(set) var passedOver: [String] = []

  /// - Parameter isWanted: judges a member by its head.
  init(_ members: any MemberReader, isWanted: @escaping ([UInt8]) -> Bool) {
    self.members = members
    self.isWanted = isWanted
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      if gap {
        gap = false
        buffer[0] = UInt8(ascii: "\n")
        return 1
      }
      if let member = current {
        let count = try member.read(into: buffer)
        if count > 0 { return count }
        current = nil
        gap = true
        continue
      }
      guard let member = try members.next() else { return 0 }
      let replayed = try ReplayedMember(member)
      if isWanted(replayed.head) {
        current = replayed
      } else if !replayed.head.isEmpty, passedOver.count < 1000 {
        passedOver.append(member.name)
      }
    }
  }
}
