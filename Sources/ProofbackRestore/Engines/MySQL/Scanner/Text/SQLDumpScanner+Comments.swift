/// What the comments tell: sections, trailer, and messages that hide behind `-- `.
extension SQLDumpScanner {
  /// `text`: what stands behind the comment's mark.
  mutating func readComment(_ text: UnsafeBufferPointer<UInt8>, line: Int) {
    guard text.count > 3 else { return }
    let comment = String(decoding: text, as: UTF8.self).drop { $0 == " " || $0 == "\t" }
    if readHeader(comment, line: line) || readTrailer(comment, line: line) || readDetail(comment, line: line) { return }
    if readFailure(comment, line: line) || readSection(comment, line: line) { return }
    if comment.hasPrefix("Warning: ") { return }
    noteCommentedOut(comment, line: line)
    if let message = judgeComment(comment) {
      note(ToolMessage(message.kind, text: message.text, line: line, isInComment: true))
    }
  }

  /// Dump tools write no rows into comments: somebody took them out, or half of a comment's mark is damage.
  mutating func noteCommentedOut(_ comment: Substring, line: Int) {
    guard claims.isMysqldumps, claims.commentedOutLine == nil else { return }
    let start = comment.prefix(14).uppercased()
    if ["INSERT INTO ", "INSERT IGNORE ", "REPLACE INTO ", "CREATE TABLE "].contains(where: { start.hasPrefix($0) }) {
      claims.commentedOutLine = line
    }
  }

  private func judgeComment(_ comment: Substring) -> ToolText.Found? {
    // mysqldump writes these itself when a routine's text may not be read (client/mysqldump.cc, dump_routines_for_db).
    if comment.hasPrefix("insufficient privileges to ") {
      return ToolText.Found(kind: .failure, text: ToolText.redacted(comment))
    }
    guard comment.contains(":") else { return nil }
    let names = ["mysqldump", "mariadb-dump", "mysqlpump"]
    guard names.contains(where: { comment.hasPrefix($0 + ":") || comment.hasPrefix("/usr/bin/" + $0 + ":") }) else {
      return nil
    }
    var copy = String(comment)
    return copy.withUTF8 { ToolText.judge($0) }
  }

  // MARK: - Trailer and sections

  private mutating func readTrailer(_ comment: Substring, line: Int) -> Bool {
    guard comment.hasPrefix("Dump completed") || comment.hasPrefix("Dump end time") else { return false }
    guard let last = claims.dumps.indices.last else { return true }
    claims.dumps[last].hasTrailer = true
    claims.dumps[last].trailerLine = line
    let rest = comment.dropFirst("Dump completed".count).drop { $0 == " " || $0 == ":" }
    claims.dumps[last].completedOn = rest.isEmpty ? nil : String(rest.prefix(40))
    return true
  }

  /// `-- failed on view `w`: CREATE …`: the tool could not tell how the view is made (mysqldump --force, get_view_structure).
  private mutating func readFailure(_ comment: Substring, line: Int) -> Bool {
    guard comment.hasPrefix("failed on view ") else { return false }
    note(ToolMessage(.failure, text: "the tool failed on a view, which is not in the dump", line: line))
    return true
  }

  private mutating func readSection(_ comment: Substring, line: Int) -> Bool {
    for (announcement, kind) in CommentSection.announcements where comment.hasPrefix(announcement) {
      section = kind
      announced = Self.quotedName(comment.dropFirst(announcement.count))
      if kind == .table, claims.isMysqldumps, let announced {
        claims.promises.promise(nil, qualified(QualifiedName(name: announced)), line: line)
      }
      if kind == .data, let announced, let index = directory.tables[qualified(QualifiedName(name: announced))] {
        claims.tables[index].hasDataSection = true
      }
      return true
    }
    return false
  }

  /// Whether the last section comment names it, or names nothing.
  func isAnnounced(_ name: QualifiedName) -> Bool { announced.map { $0 == name.name } ?? true }

  private static func quotedName(_ quoted: Substring) -> String? {
    guard let quote = quoted.first, quote == "`" || quote == "\"" else { return nil }
    guard let end = quoted.lastIndex(of: quote), end > quoted.startIndex else { return nil }
    return quoted[quoted.index(after: quoted.startIndex)..<end].split(
      separator: "\(quote)\(quote)", omittingEmptySubsequences: false
    ).joined(separator: "\(quote)")
  }
}

extension Substring {
  /// What stands behind the first `mark`.
  func components(after mark: String) -> Substring? {
    guard let range = firstRange(of: mark) else { return nil }
    return self[range.upperBound...]
  }
}
