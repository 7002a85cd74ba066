import ProofbackCore

/// What MongoDB's tools, and the programs around them, say on stderr, where it landed in the backup (`2>&1`).
/// Source: mongo-tools, common/log/tool_logger.go: a time, a tab and the message.
enum MongoToolText {
  /// So much of a file is looked at for messages in front of a dump.
  static let longest = ContentHead.limit

  /// Where the messages at the front end and a dump begins, if one does.
  struct Front: Equatable {
    /// The line that tells the most: the tool's failure, else the first.
    var message: String
    /// More than the messages; what, is only sure of an archive.
    var goesOn: Bool
    var isArchive: Bool
  }

  /// Messages at the front of `head`; nil when it begins with anything else.
  static func front(of head: [UInt8]) -> Front? {
    let archive = beginOfArchive(in: head)
    let text = head[..<(archive ?? textEnd(head))]
    guard !text.isEmpty, isText(text) else { return nil }
    let lines = text.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0.prefix(1024), as: UTF8.self) }
    let messages = lines.filter(isMessage)
    // In front of an archive's mark stands nothing that belongs there, whoever said it.
    guard let first = archive == nil ? lines.first.flatMap({ isMessage($0) ? $0 : nil }) : lines.first else {
      return nil
    }
    let failure = messages.first { said($0).hasPrefix("Failed") || said($0).hasPrefix("error") }
    return Front(
      message: ServerMessage.redacted(said(failure ?? first)), goesOn: text.count < head.count,
      isArchive: archive != nil)
  }

  /// `2024-11-25T21:54:05.123+0000	writing shop.orders to archive on stdout`, or `Failed: …` as tools without times say it.
  static func isMessage(_ line: String) -> Bool {
    line.hasPrefix("Failed: ") || line.first?.isNumber == true && line.prefixMatch(of: time) != nil
  }

  private static var time: Regex<Substring> { /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)\t/ }

  /// The message without its time.
  static func said(_ line: String) -> String {
    line.prefixMatch(of: time).map { String(line[$0.range.upperBound...]) } ?? line
  }

  /// The first lines that are messages, or text; a document's brace or a byte that no text has ends them.
  private static func textEnd(_ head: [UInt8]) -> Int {
    var start = 0
    while start < head.count {
      let end = head[start...].firstIndex(of: UInt8(ascii: "\n")) ?? head.count
      let line = head[start..<end]
      if [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(line.first) || !isText(line) { return start }
      start = end + 1
    }
    return head.count
  }

  private static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
    !bytes.contains { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) || $0 == 0x7F }
  }

  /// The mark is text too (`m♁`): the archive's header must follow.
  private static func beginOfArchive(in bytes: [UInt8]) -> Int? {
    let mark = MongoDBArchiveReader.magic
    var at = 0
    while let next = bytes[at...].firstIndex(of: mark[0]) {
      if bytes[next...].starts(with: mark), BSONHead.begins(Array(bytes[(next + mark.count)...])) { return next }
      at = next + 1
    }
    return nil
  }
}
