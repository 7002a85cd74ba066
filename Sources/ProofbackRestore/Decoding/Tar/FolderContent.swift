import ProofbackCore

/// The members of a folder with the heads of its first files looked at: they decide what the folder is.
final class FolderContent: MemberReader, @unchecked Sendable {
  /// Names of the members that were looked at.
  let names: [String]
  /// The first bytes of the first file that is known, else of the first that has any; at most `ContentHead.limit`.
  let head: [UInt8]
  /// So many small files that nobody knows may come before (a README, a list of checksums).
  private static let mostUnknown = 16
  private let rest: any MemberReader
  /// Looked at already, to be given out first: files without bytes are files too.
  private var waiting: ArraySlice<any Member>
  var finding: Finding? { rest.finding }

  /// Reads on to the first file that is known, or too large to be a note beside the backup. Blocks.
  /// - Parameter isKnown: judges a file's head, given the names so far.
  init(_ reader: any MemberReader, isKnown: (_ head: [UInt8], _ names: [String]) -> Bool = { _, _ in true }) throws {
    var names: [String] = []
    var waiting: [any Member] = []
    var heads: [[UInt8]] = []
    var known: [UInt8]?
    while known == nil, heads.count < Self.mostUnknown, names.count < 1000, let member = try reader.next() {
      names.append(member.name)
      let replayed = try ReplayedMember(member)
      waiting.append(replayed)
      if replayed.head.isEmpty { continue }
      heads.append(replayed.head)
      if isKnown(replayed.head, names) { known = replayed.head }
      if replayed.head.count == ContentHead.limit { break }
    }
    self.names = names
    head = known ?? heads.first ?? []
    self.waiting = waiting[...]
    rest = reader
  }

  func next() throws -> (any Member)? {
    if let member = waiting.popFirst() { return member }
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
