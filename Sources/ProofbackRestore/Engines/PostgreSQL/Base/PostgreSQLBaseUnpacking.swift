import ProofbackCore
import ProofbackSystem

/// What a base backup brought.
struct PostgreSQLBase: Sendable {
  var major: Int
  var hasManifest: Bool
  /// The role that the cluster was made with; no account is changed.
  var superuser: String
  var findings: [Finding]

  /// Files that are written here besides the backup's own.
  static let ours = [
    "postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf", "backup_manifest", "pg_wal",
    "recovery.signal", "standby.signal",
  ]
}

/// Puts the members of a base backup in their places: as one tar of the folder, or as pg_basebackup's `base.tar` and
/// `pg_wal.tar` beside each other (PostgreSQL, src/backend/backup/basebackup.c).
struct PostgreSQLBaseUnpacking {
  let feed: FolderFeed
  let onBytes: (UInt64) -> Void
  private var seen: Set<String> = []
  private var prefix: String?
  private var superuser: String?
  private var major = 0
  private var hasLog = false
  private var mapsTableSpaces = false

  init(feed: FolderFeed, onBytes: @escaping (UInt64) -> Void) {
    self.feed = feed
    self.onBytes = onBytes
  }

  mutating func take(_ member: any Member) throws {
    guard let name = place(member.name) else { return }
    let replayed = try ReplayedMember.of(member)
    if name == "PG_VERSION" { major = Int(String(decoding: replayed.head.prefix { $0 != 10 }, as: UTF8.self)) ?? 0 }
    if name == "global/1260" { superuser = Self.superuser(in: replayed.head) }
    if name == "tablespace_map", !replayed.head.isEmpty { mapsTableSpaces = true }
    if Self.leftOut.contains(name) { return }
    if seen.count < 2_000_000 { seen.insert(name) }
    _ = try feed.write(replayed, as: name, onBytes: onBytes)
  }

  /// Settings and rights of the source's, for which ours are put.
  private static let leftOut: Set<String> = [
    "postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf", "recovery.signal", "standby.signal",
    "postmaster.pid", "postmaster.opts", "recovery.conf",
  ]
  private static let roots: Set<String> = [
    "base", "global", "pg_wal", "pg_xact", "pg_multixact", "pg_commit_ts", "pg_subtrans", "pg_tblspc", "pg_twophase",
    "pg_dynshmem", "pg_logical", "pg_notify", "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat", "pg_stat_tmp",
  ]

  /// Where it belongs below the data folder. The folder that was packed may stand in front.
  private mutating func place(_ name: String) -> String? {
    var parts = name.split(separator: "/").map(String.init)
    if let prefix, parts.first == prefix { parts.removeFirst() }
    if prefix == nil, parts.count > 1, Self.isPacked(parts) { prefix = parts.removeFirst() }
    guard let first = parts.first else { return nil }
    // pg_wal.tar has the log's files without their folder.
    let isLog =
      first.wholeMatch(of: /[0-9A-F]{24}(\.partial)?|[0-9A-F]{8}\.history/) != nil || first == "archive_status"
    if isLog { parts.insert("pg_wal", at: 0) }
    if parts[0] == "pg_wal", parts.count == 2 { hasLog = true }
    return parts.joined(separator: "/")
  }

  /// Whether the first part is the folder that was packed, which may be called `base` as one inside of it is.
  private static func isPacked(_ parts: [String]) -> Bool {
    guard !roots.contains(parts[0]) || parts[0] == "base" && Int(parts[1]) == nil else { return false }
    return isKnown(parts[1], isLast: parts.count == 2)
  }

  private static func isKnown(_ part: String, isLast: Bool) -> Bool {
    isLast
      ? ["PG_VERSION", "backup_label", "backup_manifest"].contains(part) || leftOut.contains(part)
      : roots.contains(part)
  }

  mutating func finish() throws -> PostgreSQLBase {
    // A tar of files has no empty folders; the server does not make them.
    let inner = ["pg_wal/archive_status", "pg_multixact/members", "pg_multixact/offsets", "pg_logical/snapshots"]
    for folder in Self.roots.sorted() + inner + ["pg_logical/mappings"] { try feed.makeFolder(folder) }
    try writeOwn("postgresql.conf", "")
    try writeOwn("postgresql.auto.conf", "")
    try writeOwn("pg_hba.conf", "local all all trust\n")
    try writeOwn("pg_ident.conf", "")
    return PostgreSQLBase(
      major: major, hasManifest: seen.contains("backup_manifest"), superuser: superuser ?? "postgres",
      findings: findings())
  }

  /// In the file of pg_authid: the row of the role with the fixed id 10, its name of 64 bytes, and that it is a superuser
  /// (PostgreSQL, src/include/catalog/pg_authid.dat).
  static func superuser(in page: [UInt8]) -> String? {
    let length = 64
    guard page.count > length + 5 else { return nil }
    for at in 0..<(page.count - length - 5)
    where page[at] == 10 && page[at + 1] == 0 && page[at + 2] == 0 && page[at + 3] == 0 {
      let field = page[(at + 4)..<(at + 4 + length)]
      let name = field.prefix { $0 != 0 }
      guard !name.isEmpty, name.count < length, field.dropFirst(name.count).allSatisfy({ $0 == 0 }),
        name.allSatisfy({ $0 >= 32 }), page[at + 4 + length] == 1
      else { continue }
      return String(decoding: name, as: UTF8.self)
    }
    return nil
  }

  private func findings() -> [Finding] {
    if mapsTableSpaces {
      return [
        RunFindings.unsupported.finding(
          "the base backup has table spaces outside of its folder, which are not put together here")
      ]
    }
    let missing = ["PG_VERSION", "global/pg_control", "backup_label"].filter { !seen.contains($0) }
    if let first = missing.first {
      return [PostgreSQLFindings.baseDamaged.finding("\(first) is missing from the base backup")]
    }
    if !hasLog {
      return [
        PostgreSQLFindings.recoveryFailed.finding(
          "the base backup has no write-ahead log in it, without which nobody can make it consistent")
      ]
    }
    return []
  }

  private func writeOwn(_ name: String, _ text: String) throws {
    _ = try feed.write(MemoryReader(Array(text.utf8)), as: name) { _ in }
  }
}
