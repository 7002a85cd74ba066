import ProofbackCore

/// The members of a folder, each with its head looked at. The first that somebody knows decides what the folder is;
/// every other member is held against that.
final class FolderContent: MemberReader, @unchecked Sendable {
  /// What a file is for an engine.
  struct Kind {
    var name: String
    /// Whether it can be nothing else: a JSON file may be an export or a note beside a dump.
    var isCertain: Bool
  }

  /// What a file may be, by its first bytes and the names so far; nothing when nobody knows it.
  typealias Classify = (_ head: [UInt8], _ names: [String]) -> [Kind]

  /// Names of the members that were looked at to find out what the folder is.
  let names: [String]
  /// The first bytes of the first file that is known, else of the first that has any; at most `ContentHead.limit`.
  let head: [UInt8]
  /// So many small files that nobody knows may come before (a README, a list of checksums).
  private static let mostUnknown = 16
  private let rest: any MemberReader
  private let classify: Classify
  private let kind: Kind?
  /// Looked at already, to be given out first: files without bytes are files too.
  private var waiting: ArraySlice<ReplayedMember>
  /// The first member that is something else than the folder, and what it is.
  private(set) var stranger: (name: String, kind: String)?
  var findings: [Finding] { rest.findings }

  /// Reads on to the first file that is known for certain, or too large to be a note beside the backup. Blocks.
  init(_ reader: any MemberReader, classify: @escaping Classify = { _, _ in [] }) throws {
    var seen = Seen()
    while seen.kind?.isCertain != true, seen.heads < Self.mostUnknown, seen.names.count < 1000,
      let member = try reader.next()
    {
      let replayed = try ReplayedMember.of(member)
      seen.take(replayed, classify)
      if replayed.head.count == ContentHead.limit { break }
    }
    self.classify = classify
    names = seen.names
    head = seen.known ?? seen.first ?? []
    kind = seen.kind
    waiting = seen.members[...]
    rest = reader
  }

  private struct Seen {
    var names: [String] = []
    var members: [ReplayedMember] = []
    var heads = 0
    var first: [UInt8]?
    var known: [UInt8]?
    var kind: Kind?

    mutating func take(_ member: ReplayedMember, _ classify: Classify) {
      members.append(member)
      let before = names
      names.append(member.name)
      if member.head.isEmpty { return }
      heads += 1
      first = first ?? member.head
      let kinds = classify(member.head, before + [member.name])
      guard let its = kinds.first(where: \.isCertain) ?? kinds.first, kind == nil || its.isCertain else { return }
      (known, kind) = (member.head, its)
    }
  }

  func next() throws -> (any Member)? {
    if let member = waiting.popFirst() { return member }
    guard let member = try rest.next() else { return nil }
    let replayed = try ReplayedMember.of(member)
    if stranger == nil { stranger = strange(replayed) }
    return replayed
  }

  private func strange(_ member: ReplayedMember) -> (String, String)? {
    guard let kind, !member.head.isEmpty else { return nil }
    let kinds = classify(member.head, [member.name])
    guard !kinds.contains(where: { $0.name == kind.name }) else { return nil }
    return kinds.first(where: \.isCertain).map { (member.name, $0.name) }
  }
}
