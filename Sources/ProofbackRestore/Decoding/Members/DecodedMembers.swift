import ProofbackCore

/// The members of a folder, each without its own layers, in any nesting: gzipped files, encrypted ones, further tars.
/// A member whose layers are damaged ends the folder; its findings say why.
final class DecodedMembers: MemberReader, @unchecked Sendable {
  private let members: any MemberReader
  private let surroundings: DecodingSurroundings
  private let layers: MemberLayers
  private let depth: Int
  /// The one given out last, when it has layers.
  private var current: DecodedMember?
  /// The members of a tar that is itself a member.
  private var nested: DecodedMembers?
  private var own: [Finding] = []
  private var isOver = false

  /// A tar in a tar in a tar: deeper is nobody's backup.
  private static let deepest = 3

  init(_ members: any MemberReader, surroundings: DecodingSurroundings, layers: MemberLayers, depth: Int = 1) {
    self.members = members
    self.surroundings = surroundings
    self.layers = layers
    self.depth = depth
  }

  var findings: [Finding] { members.findings + own }

  func next() throws -> (any Member)? {
    while !isOver {
      if let member = try nextOfNested() { return member }
      finishCurrent()
      if own.contains(where: { $0.consequence != .none && $0.consequence != .warning }) { return try endEarly() }
      guard let raw = try members.next() else { return nil }
      let replayed = try ReplayedMember.of(raw)
      noteEmpty(replayed)
      let member = try decoded(replayed)
      guard let inner = try tar(in: member) else { return member }
      nested = inner
    }
    return nil
  }

  private func nextOfNested() throws -> (any Member)? {
    guard let nested else { return nil }
    if let member = try nested.next() { return member }
    add(nested.findings)
    self.nested = nil
    return nil
  }

  /// What a tool compressed or encrypted is never empty: its disk was full, or it never wrote.
  private func noteEmpty(_ member: ReplayedMember) {
    let endings = [".gz", ".zst", ".xz", ".bz2", ".lz4", ".lzma", ".Z", ".gpg", ".pgp", ".age"]
    guard member.head.isEmpty, endings.contains(where: member.name.hasSuffix) else { return }
    add([
      DecompressFindings.truncated.finding(
        "\(UntrustedText.line(member.name, limit: 120)) in the tar is empty, without even the head of its format")
    ])
  }

  private func decoded(_ member: ReplayedMember) throws -> any Member {
    let most = surroundings.mostLayers(member.name) ?? .max
    guard most > 0, DecoderCatalogue.decoder(for: member.head) != nil else {
      notePlain(member.name, member.head)
      return member
    }
    let decoded = try DecodedMember(member, surroundings: surroundings, most: most)
    current = decoded
    layers.opened(decoded.backup)
    return decoded
  }

  /// The members of `member`, when it is a tar itself.
  private func tar(in member: any Member) throws -> DecodedMembers? {
    let head = (member as? DecodedMember)?.backup.head ?? (member as? ReplayedMember)?.head ?? []
    guard surroundings.mostLayers(member.name) == nil, TarHead.begins(head) else { return nil }
    guard depth < Self.deepest else {
      throw BadBackup(
        DecodingFindings.tooManyLayers, "more than \(Self.deepest) tars inside each other",
        evidence: ["the innermost: " + UntrustedText.line(member.name)])
    }
    return DecodedMembers(TarReader(member), surroundings: surroundings, layers: layers, depth: depth + 1)
  }

  private func finishCurrent() {
    guard let current else { return }
    self.current = nil
    add(current.finish())
    layers.closed(current.backup)
    if !current.backup.wasEncrypted { notePlain(current.name, current.backup.head) }
  }

  /// A backup beside encrypted ones is plain; a note beside them is none.
  private func notePlain(_ name: String, _ head: [UInt8]) {
    if surroundings.policy.demandsEncryption, surroundings.recognise(head) != nil { layers.isPlain(name) }
  }

  /// Of many files with the same trait one is named.
  private func add(_ findings: [Finding]) {
    for finding in findings where !own.contains(where: { $0.code == finding.code }) { own.append(finding) }
  }

  /// Reads the folder to its end, so that whatever is around it can say whether it was whole.
  private func endEarly() throws -> (any Member)? {
    isOver = true
    while try members.next() != nil {}
    return nil
  }
}
