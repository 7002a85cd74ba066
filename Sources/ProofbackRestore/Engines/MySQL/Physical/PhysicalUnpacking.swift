import ProofbackCore
import ProofbackSystem

/// Puts the files of a physical backup into the data folder, as they lie in the tar or stream, and keeps what their names
/// and heads say. What configures a server, or leads out of the folder, is left out.
struct PhysicalUnpacking {
  let feed: FolderFeed
  let onBytes: (UInt64) -> Void
  /// By the full name: sizes, and the heads of the files that are looked at.
  private var sizes: [String: UInt64] = [:]
  private var heads: [String: [UInt8]] = [:]
  private var outside: [String] = []
  private var encrypted: [String] = []
  private var views: Set<String> = []
  private static let mostFiles = 2_000_000

  init(feed: FolderFeed, onBytes: @escaping (UInt64) -> Void) {
    self.feed = feed
    self.onBytes = onBytes
  }

  /// Settings of the source's server and of its manager, lists of what was in its memory, and files that are made anew.
  private static let leftOut: Set<String> = [
    "my.cnf", ".my.cnf", "auto.cnf", "mysqld-auto.cnf", "backup-my.cnf", "master.info", "relay-log.info",
    "multi-master.info", "ibtmp1",
    "ib_buffer_pool", "ddl_recovery.log", "ddl.log",
  ]

  mutating func take(_ member: any Member) throws {
    let replayed = try ReplayedMember.of(member)
    try take(member.name, at: nil, replayed, head: replayed.head)
  }

  /// - Parameter offset: where in the file the bytes belong; nil for a whole file.
  mutating func take(_ name: String, at offset: UInt64?, _ bytes: any ByteReader, head: [UInt8]? = nil) throws {
    guard sizes.count < Self.mostFiles else {
      throw RunTrouble(RunFindings.unsupported, "the backup has more than \(Self.mostFiles) files")
    }
    let file = PhysicalName.file(name)
    let isFirst = offset ?? 0 == 0
    let reader = PeekedReader(bytes, head: try head ?? (isFirst ? bytes.bytes(PhysicalFacts.limit) : []))
    if isFirst { look(name, file, reader.head) }
    if file.hasSuffix(".isl") { return outside.append(name) }
    if Self.leftOut.contains(file) { return }
    let written = try feed.write(reader, as: name, at: offset, onBytes: onBytes)
    sizes[name] = max(sizes[name] ?? 0, (offset ?? 0) + written.size)
  }

  private mutating func look(_ name: String, _ file: String, _ head: [UInt8]) {
    if PhysicalName.rootFiles.contains(file) || file == "mysql_upgrade_info" { heads[name] = head }
    if file == "backup-my.cnf" { sizes[name] = UInt64(head.count) }
    if file.hasSuffix(".frm"), head.starts(with: Array("TYPE=VIEW\n".utf8)) { views.insert(name) }
    if head.starts(with: Array("XBCRYP".utf8)) || PhysicalName.isTablespace(file) && Self.isEncrypted(head) {
      encrypted.append(name)
    }
  }

  /// MariaDB's mark behind the extent descriptors of a tablespace's first page, followed by the kind of encryption (1),
  /// the length of the vector (16), the vector and the least version of a key that a page is encrypted with, 0 for none
  /// (fil0crypt.cc, fil_space_read_crypt_data).
  static func isEncrypted(_ page: [UInt8]) -> Bool {
    let mark: [UInt8] = [0x73, 0x0E, 0x0C, 0x52, 0x45, 0x74, 1, 16]
    guard page.count >= 4096, page[24] == 0, page[25] == 8 else { return false }
    for at in 38..<(page.count - 40) where page[at] == mark[0] && page[at..<(at + 8)].elementsEqual(mark) {
      return page[(at + 24)..<(at + 28)].contains { $0 != 0 }
    }
    return false
  }

  /// Writes a file of our own.
  static func write(_ text: String, as name: String, to feed: FolderFeed) throws {
    _ = try feed.write(PeekedReader(nil, head: Array(text.utf8)), as: name) { _ in }
  }

  /// What was unpacked, seen from the folder that was packed.
  func contents() -> PhysicalContents {
    let roots = Set(
      sizes.keys.filter { PhysicalName.rootFiles.contains(unwrapped(PhysicalName.file($0))) }.map(Self.folder))
    var contents = PhysicalContents()
    contents.roots = roots.sorted()
    contents.root = roots.sorted().first ?? commonFolder
    let root = contents.root
    func below(_ name: String) -> String { String(name.dropFirst(root.count)) }
    for (name, size) in sizes where name.hasPrefix(root) { contents.sizes[below(name)] = size }
    for (name, head) in heads where name.hasPrefix(root) { contents.facts.take(below(name), head) }
    contents.encrypted = encrypted.filter { $0.hasPrefix(root) }.map(below).sorted()
    contents.outside = outside.map(below).sorted()
    contents.views = Set(views.filter { $0.hasPrefix(root) }.map(below))
    for name in contents.sizes.keys {
      if let wrapping = PhysicalName.wrapping(name) { contents.wrapped[name] = wrapping }
    }
    return contents
  }

  private func unwrapped(_ file: String) -> String {
    guard let wrapping = PhysicalName.wrapping(file) else { return file }
    return String(file.dropLast(wrapping.rawValue.count + 1))
  }

  private static func folder(_ name: String) -> String { String(name.dropLast(PhysicalName.file(name).count)) }

  /// Where no file tells: the folder above the databases' folders.
  private var commonFolder: String {
    guard let name = sizes.keys.first(where: { PhysicalName.isServers($0) }) else { return "" }
    let parts = name.split(separator: "/").dropLast(2)
    return parts.isEmpty ? "" : parts.joined(separator: "/") + "/"
  }
}

/// Bytes whose beginning was read already and comes again, or bytes of our own.
private final class PeekedReader: ByteReader, @unchecked Sendable {
  let head: [UInt8]
  private let rest: (any ByteReader)?
  private var position: Int

  init(_ rest: (any ByteReader)?, head: [UInt8]) {
    self.rest = rest
    self.head = head
    // A member that was replayed gives its head by itself.
    position = rest is ReplayedMember ? head.count : 0
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard position < head.count else { return try rest?.read(into: buffer) ?? 0 }
    let piece = head[position..<min(head.count, position + buffer.count)]
    buffer.copyBytes(from: piece)
    position += piece.count
    return piece.count
  }
}
