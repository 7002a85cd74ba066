import ProofbackCore

/// The members of a folder that are wanted, one after another as one stream with a line feed between them.
final class MemberStream: ByteReader, @unchecked Sendable {
  private let members: any MemberReader
  private let isWanted: (_ head: [UInt8], _ name: String) -> Bool
  private let isNamedLikeOne: (String) -> Bool
  private let preamble: ([UInt8]) -> [UInt8]
  /// What comes before the member's own bytes.
  private var pending: ArraySlice<UInt8> = []
  private var current: ReplayedMember?
  private var gap = false
  /// Names of members that were passed over although they have bytes.
  private(set) var passedOver: [String] = []
  /// Names of members that are named like what is wanted, and are not.
  private(set) var damaged: [String] = []
  /// The first member that is a container which no decoder opens, and what it is.
  private(set) var unopened: (name: String, kind: String)?
  /// A member's name that only mydumper gives: its files belong together by their names, not by their order.
  private(set) var partOfMydumper: String?

  /// - Parameters:
  ///   - isNamedLikeOne: judges a member by its name: what is not wanted and should be is damaged.
  ///   - preamble: what comes before a member, by its head.
  ///   - isWanted: judges a member by its head; the name may keep a note beside the dumps out.
  init(
    _ members: any MemberReader, isNamedLikeOne: @escaping (String) -> Bool,
    preamble: @escaping ([UInt8]) -> [UInt8], isWanted: @escaping (_ head: [UInt8], _ name: String) -> Bool
  ) {
    self.members = members
    self.isNamedLikeOne = isNamedLikeOne
    self.preamble = preamble
    self.isWanted = isWanted
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      if gap {
        gap = false
        buffer[0] = UInt8(ascii: "\n")
        return 1
      }
      if !pending.isEmpty {
        let piece = pending.prefix(buffer.count)
        buffer.copyBytes(from: piece)
        pending = pending.dropFirst(piece.count)
        return piece.count
      }
      if let member = current {
        let count = try member.read(into: buffer)
        if count > 0 { return count }
        current = nil
        gap = true
        continue
      }
      guard let member = try members.next() else { return 0 }
      let replayed = try ReplayedMember.of(member)
      if member.name.contains("-schema-create.sql") { partOfMydumper = member.name }
      if isWanted(replayed.head, member.name) {
        current = replayed
        pending = preamble(replayed.head)[...]
        try Self.skipByteOrderMark(of: replayed)
      } else if let container = ContentMarks.find(replayed.head), container.kind == .container {
        unopened = unopened ?? (member.name, container.name)
      } else if isNamedLikeOne(member.name) {
        if damaged.count < 1000 { damaged.append(member.name) }
      } else if !replayed.head.isEmpty, passedOver.count < 1000 {
        passedOver.append(member.name)
      }
    }
  }

  /// A client takes one at the beginning of its input only.
  private static func skipByteOrderMark(of member: ReplayedMember) throws {
    guard member.head.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
    try withUnsafeTemporaryAllocation(byteCount: 3, alignment: 1) { _ = try member.read(into: $0) }
  }
}
