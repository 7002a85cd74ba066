/// What the comments tell: header, sections, trailer, and messages that hide behind `-- `.
extension SQLDumpScanner {
  /// `text`: what stands behind the comment's mark.
  mutating func readComment(_ text: UnsafeBufferPointer<UInt8>, line: Int) {
    guard text.count > 3 else { return }
    let comment = String(decoding: text, as: UTF8.self).drop { $0 == " " || $0 == "\t" }
    if readHeader(comment, line: line) || readTrailer(comment, line: line) || readDetail(comment) { return }
    if readFailure(comment, line: line) || readSection(comment, line: line) { return }
    if comment.hasPrefix("Warning: ") { return }
    if let message = judgeComment(comment) {
      note(ToolMessage(message.kind, text: message.text, line: line, isInComment: true))
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

  // MARK: - Header

  private mutating func readHeader(_ comment: Substring, line: Int) -> Bool {
    let header: DumpHeader?
    if comment.hasPrefix("MySQL dump ") || comment.hasPrefix("MariaDB dump ") {
      header = classicHeader(comment, line: line)
    } else if comment.hasPrefix("phpMyAdmin SQL Dump") {
      header = DumpHeader(tool: .phpMyAdmin, line: line)
    } else if comment.hasPrefix("Adminer ") && comment.contains("dump") {
      let words = comment.split(separator: " ")
      header = DumpHeader(
        tool: .adminer, toolVersion: words.count > 1 ? String(words[1].prefix(40)) : nil,
        flavour: comment.contains("MariaDB") ? .mariadb : .mysql, line: line)
    } else if comment.hasPrefix("Dump created by MySQL pump utility") {
      let version = comment.components(after: "version: ")?.prefix { $0 != "," }
      header = DumpHeader(tool: .mysqlpump, toolVersion: version.map(String.init), flavour: .mysql, line: line)
    } else if comment.hasPrefix("mysqldump-php ") {
      header = DumpHeader(tool: .mysqldumpPHP, line: line)
    } else {
      header = nil
    }
    if let header, claims.dumps.append(header, upTo: DumpClaims.Limit.names) { section = nil }
    return header != nil
  }

  /// `MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)`; `MariaDB dump 10.19-11.4.2-MariaDB, for debian-linux-gnu (x86_64)`.
  private func classicHeader(_ comment: Substring, line: Int) -> DumpHeader {
    let isMariaDB = comment.contains("MariaDB")
    let version = comment.components(after: " dump ")?.prefix { $0 != "," } ?? ""
    let words = version.split(separator: " ").filter { $0 != "Distrib" }
    return DumpHeader(
      tool: comment.hasPrefix("MariaDB") ? .mariadbDump : .mysqldump,
      toolVersion: words.isEmpty ? nil : String(words.joined(separator: " ").prefix(80)),
      flavour: isMariaDB ? .mariadb : .mysql, line: line)
  }

  /// Lines of a header that follow its first one.
  private mutating func readDetail(_ comment: Substring) -> Bool {
    if comment.hasPrefix("HeidiSQL Version:") || comment.hasPrefix("HeidiSQL ") {
      let version = comment.components(after: ":")?.drop { $0 == " " }.prefix(40).map(String.init).joined()
      claims.dumps[headerIndex(or: .heidiSQL)].toolVersion = version
      return true
    }
    if let version = comment.components(after: "Server version") ?? comment.components(after: "Server Version") {
      let value = version.drop { $0 == ":" || $0 == " " || $0 == "\t" }.prefix(80)
      guard !value.isEmpty else { return false }
      let index = headerIndex(or: .heidiSQL)
      claims.dumps[index].serverVersion = String(value)
      if value.contains("MariaDB") { claims.dumps[index].flavour = .mariadb }
      if value.contains("MySQL") && claims.dumps[index].flavour == nil { claims.dumps[index].flavour = .mysql }
      return true
    }
    guard let last = claims.dumps.indices.last else { return false }
    if claims.dumps[last].tool == .phpMyAdmin, let version = comment.components(after: "version ") {
      claims.dumps[last].toolVersion = String(version.prefix(40))
      return true
    }
    if claims.dumps[last].tool == .phpMyAdmin, comment.hasPrefix("Database: `") {
      claims.dumps[last].database = String(comment.dropFirst("Database: `".count).prefix { $0 != "`" }.prefix(64))
      return true
    }
    if comment.hasPrefix("Host: "), let name = comment.components(after: "Database: ") {
      claims.dumps[last].database = name.isEmpty ? nil : String(name.prefix(64))
      return true
    }
    return false
  }

  /// The newest header; made when the dump's first lines come before the one that names the tool (HeidiSQL).
  private mutating func headerIndex(or tool: DumpTool) -> Int {
    if claims.dumps.isEmpty { claims.dumps.append(DumpHeader(tool: tool, line: 1)) }
    return claims.dumps.count - 1
  }

  mutating func readBlockComment(_ text: UnsafeBufferPointer<UInt8>, line: Int) {
    let comment = String(decoding: text.prefix(400), as: UTF8.self)
    let tool: DumpTool? = comment.contains("Navicat") ? .navicat : comment.contains("SQLyog") ? .sqlyog : nil
    if let tool, claims.dumps.isEmpty { claims.dumps.append(DumpHeader(tool: tool, line: line)) }
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
      if kind == .data { noteDataSection(comment.dropFirst(announcement.count), line: line) }
      return true
    }
    return false
  }

  private mutating func noteDataSection(_ quoted: Substring, line: Int) {
    guard let name = Self.quotedName(quoted), let index = table(QualifiedName(name: name), line: line) else { return }
    claims.tables[index].hasDataSection = true
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
