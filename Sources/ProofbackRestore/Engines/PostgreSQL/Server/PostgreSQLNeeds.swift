import ProofbackCore

/// What a backup of PostgreSQL's says of its server before it is restored.
enum PostgreSQLNeeds {
  static func read(_ head: ContentHead, _ type: DatabaseType) -> BackupNeeds {
    var needs = BackupNeeds(type: type)
    switch PostgreSQLRecogniser.recognise(head.bytes, names: head.memberNames)?.format {
    case .baseBackup:
      // Its first line is the major version (PG_VERSION), where that is the file that came first.
      needs.version = fileVersion(head.bytes)
      needs.source = "PG_VERSION"
    case .plain, .cluster, nil:
      let text = String(decoding: head.bytes, as: UTF8.self)
      needs.version = text.firstMatch(of: /-- Dumped from database version ([0-9][0-9A-Za-z.]{0,20})/).map {
        String($0.output.1)
      }
      needs.source = "the dump's header"
      note(extensions(text), in: &needs)
    default:
      // The table of contents is not compressed.
      note(extensions(String(decoding: head.bytes, as: UTF8.self)), in: &needs)
      needs.version = archiveVersion(head.bytes)
      needs.source = "the archive's header"
    }
    if needs.version == nil { needs.source = nil }
    return needs
  }

  private static func fileVersion(_ bytes: [UInt8]) -> String? {
    let line = String(decoding: bytes.prefix(10).prefix { $0 != 10 }, as: UTF8.self)
    return Int(line).map(String.init)
  }

  private static func note(_ extensions: [String], in needs: inout BackupNeeds) {
    needs.features = extensions.map { "the extension \($0)" }
    needs.parts = Set(extensions.map { $0.lowercased() })
  }

  private static func extensions(_ text: String) -> [String] {
    var names: [String] = []
    for match in text.matches(of: /CREATE EXTENSION (?:IF NOT EXISTS )?"?([A-Za-z0-9_-]{1,63})"?/) {
      let name = String(match.output.1)
      if name != "plpgsql", !names.contains(name) { names.append(name) }
    }
    return Array(names.prefix(20))
  }

  /// Mark, version, sizes of integers and offsets, format, compression, seven numbers of the time, three strings: the
  /// database's name, the server's version, the tool's (PostgreSQL, src/bin/pg_dump/pg_backup_archiver.c, WriteHead). An
  /// integer is a sign byte and its bytes, the least first.
  static func archiveVersion(_ bytes: [UInt8]) -> String? {
    guard bytes.count > 11, bytes.starts(with: Array("PGDMP".utf8)) else { return nil }
    let width = Int(bytes[8])
    guard (2...8).contains(width) else { return nil }
    // One byte of an algorithm from format 1.15 on (PostgreSQL 16), before that an integer with the level.
    let isShort = (bytes[5], bytes[6]) >= (1, 15)
    var position = 11 + (isShort ? 1 : width + 1) + 7 * (width + 1)
    func integer() -> Int? {
      guard position + width < bytes.count else { return nil }
      let value = (0..<min(width, 4)).reduce(0) { $0 | Int(bytes[position + 1 + $1]) << ($1 * 8) }
      position += width + 1
      return value
    }
    for index in 0..<2 {
      guard let length = integer(), length >= 0, length <= 200, position + length <= bytes.count else { return nil }
      let text = bytes[position..<position + length]
      position += length
      if index == 1 { return UntrustedText.line(bytes: text, limit: 40) }
    }
    return nil
  }
}
