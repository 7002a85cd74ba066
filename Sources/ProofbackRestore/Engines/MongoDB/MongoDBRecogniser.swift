import ProofbackCore

/// Tells MongoDB's backups by their first bytes or their folder's names. CSV is nobody's: it keeps neither types nor
/// nesting, so nothing can be said about what would come back.
enum MongoDBRecogniser {
  static func format(of head: ContentHead) -> MongoDBFormat? {
    if let names = head.memberNames {
      if isFolder(names) { return .folder }
      // Other programs leave JSON in tars too: there an export has a name that says so.
      let format = format(of: head.bytes)
      switch format {
      case .archive, .documents: return format
      // A log beside a backup is none.
      case .messages: return MongoToolText.front(of: head.bytes)?.isArchive == true ? format : nil
      default: return names.contains(where: isExport) ? format : nil
      }
    }
    return format(of: head.bytes)
  }

  /// What a stream or a single file is, by its first bytes.
  static func format(of head: [UInt8]) -> MongoDBFormat? {
    if head.starts(with: MongoDBArchiveReader.magic) { return .archive }
    if BSONHead.begins(head) { return .documents }
    var text = head[...]
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
    switch firstTokens(text) {
    case ("{", "\""), ("{", "}"): return .jsonLines
    case ("[", "{"), ("[", "]"): return .jsonArray
    default: return MongoToolText.front(of: head) == nil ? nil : .messages
    }
  }

  /// Whether the content can be nothing else. In a tar, a folder that comes behind a file of documents tells more.
  static func isCertain(_ format: MongoDBFormat, _ head: ContentHead) -> Bool {
    isCertain(format, head.bytes) && (format != .documents || head.memberNames == nil)
  }

  /// Whether the bytes can be nothing else. JSON is written by everybody, and a text of messages may be another's.
  static func isCertain(_ format: MongoDBFormat, _ head: [UInt8]) -> Bool {
    switch format {
    case .archive, .folder, .documents: true
    case .jsonLines, .jsonArray: false
    case .messages: MongoToolText.front(of: head)?.goesOn == true
    }
  }

  private static func isFolder(_ names: [String]) -> Bool {
    names.contains {
      switch MongoDBMemberName($0, fallback: "").role {
      case .documents, .description, .prelude: true
      case .unknown: false
      }
    }
  }

  static func isExport(_ name: String) -> Bool {
    let endings = name.split(separator: "/").last?.split(separator: ".").dropFirst() ?? []
    return endings.contains { ["json", "jsonl", "ndjson", "extjson"].contains($0) }
  }

  /// The first two characters that are no white space.
  private static func firstTokens(_ text: ArraySlice<UInt8>) -> (Character, Character) {
    let tokens = text.lazy.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }.prefix(2).map {
      Character(Unicode.Scalar($0))
    }
    return (tokens.first ?? " ", tokens.dropFirst().first ?? " ")
  }
}
