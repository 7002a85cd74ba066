import ProofbackCore

/// Tells MongoDB's backups by their first bytes or their folder's names. CSV is nobody's: it keeps neither types nor
/// nesting, so nothing can be said about what would come back.
enum MongoDBRecogniser {
  static func format(of head: ContentHead) -> MongoDBFormat? {
    if let names = head.memberNames { return isFolder(names) ? .folder : nil }
    if head.bytes.starts(with: MongoDBArchiveReader.magic) { return .archive }
    var text = head.bytes[...]
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
    switch firstTokens(text) {
    case ("{", "\""), ("{", "}"): return .jsonLines
    case ("[", "{"), ("[", "]"): return .jsonArray
    default: return nil
    }
  }

  private static func isFolder(_ names: [String]) -> Bool {
    names.contains {
      switch MongoDBMemberName($0, fallback: "").role {
      case .documents, .description: true
      case .prelude, .unknown: false
      }
    }
  }

  /// The first two characters that are no white space.
  private static func firstTokens(_ text: ArraySlice<UInt8>) -> (Character, Character) {
    let tokens = text.lazy.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }.prefix(2).map {
      Character(Unicode.Scalar($0))
    }
    return (tokens.first ?? " ", tokens.dropFirst().first ?? " ")
  }
}
