import ProofbackCore

/// Says in a few fixed words what bytes are that no engine knows, without showing any of them.
enum ContentGuess {
  /// What ends the run for `head`.
  /// - Parameter wanted: the type that the backup was said to be of.
  static func trouble(_ head: ContentHead, wanted: DatabaseType?) -> any Error {
    let bytes = head.bytes
    if bytes.isEmpty { return BadBackup(RunFindings.empty, empty(head.memberNames)) }
    if String(decoding: bytes.prefix(400), as: UTF8.self).contains("<mysqldump") {
      return RunTrouble(
        RunFindings.unsupported, "the bytes are what mysqldump --xml writes, which no client restores",
        hint: "make the dump without --xml")
    }
    if ContentMarks.isUTF16(bytes) {
      return BadBackup(
        RunFindings.utf16, "the bytes are text in UTF-16, as PowerShell's `>` writes it, which no client can restore")
    }
    if let mark = ContentMarks.find(bytes) { return trouble(mark.kind, mark.name, wanted) }
    if let format = nameOnly(head) {
      return RunTrouble(
        RunFindings.unsupported,
        "the bytes are no known backup, and the name speaks of \(format), which is not opened here",
        hint: "compress with zstd, gzip or xz and encrypt with gpg or age, which are opened here")
    }
    return BadBackup(RunFindings.unknownContent, "the bytes are no known backup: \(description(of: bytes))")
  }

  private static func trouble(_ kind: ContentMarks.Kind, _ name: String, _ wanted: DatabaseType?) -> any Error {
    switch kind {
    case .noBackup: return BadBackup(RunFindings.unknownContent, "the bytes are \(name), no backup")
    case .container:
      return RunTrouble(
        RunFindings.unsupported, "the bytes are \(name), which is not opened here: what is inside was not tested",
        hint: "pack with tar, compress with zstd, gzip or xz and encrypt with gpg or age, which are opened here")
    case .otherBackup:
      guard let wanted else {
        return RunTrouble(RunFindings.unsupported, "the bytes are \(name), which is not restored here")
      }
      return BadBackup(RunFindings.otherType, "the bytes are \(name), not of type \(wanted)")
    }
  }

  /// - Parameter names: of the members, when the backup is a tar.
  private static func empty(_ names: [String]?) -> String {
    guard let names else { return "nothing is left of the file once it is decoded (0 bytes)" }
    if names.isEmpty { return "the tar holds no files" }
    return "the tar holds \(Quantity.text(names.count, "file")), all of them empty"
  }

  /// A format without a mark of its own, when the file's name says so and its bytes are no text.
  private static func nameOnly(_ head: ContentHead) -> String? {
    guard head.memberNames == nil, !isText(head.bytes), head.bytes.contains(where: { $0 != 0 }) else { return nil }
    let endings = head.fileName.lowercased().split(separator: ".").dropFirst()
    return endings.lazy.compactMap { ContentMarks.withoutMark[String($0)] }.first
  }

  private static func description(of bytes: [UInt8]) -> String {
    if bytes.allSatisfy({ $0 == 0 }) {
      return
        "all of the first \(bytes.count) bytes are zero, as in a tar without files or a file that was never written"
    }
    return isText(bytes) ? "they are text of \(bytes.count) bytes or more" : "they are binary data of no known format"
  }

  static func isText(_ bytes: [UInt8]) -> Bool {
    let readable = bytes.prefix(4096).count { ($0 >= 32 && $0 < 127) || $0 == 10 || $0 == 13 || $0 == 9 }
    return Double(readable) / Double(min(bytes.count, 4096)) > 0.95
  }
}
