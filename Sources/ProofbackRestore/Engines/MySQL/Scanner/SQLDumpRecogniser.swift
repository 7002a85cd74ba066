/// Tells by the first bytes what a decoded file is.
public struct SQLDumpRecogniser: Sendable {
  public enum Confidence: Int, Sendable, Comparable, Codable {
    /// Statements that other DBMSs write too.
    case possible
    /// Quoting or statements of this family.
    case likely
    /// A tool's header, or comments that only this family knows.
    case certain

    public static func < (left: Confidence, right: Confidence) -> Bool { left.rawValue < right.rawValue }
  }

  public enum Answer: Sendable, Equatable {
    /// `flavour`: nil when the bytes don't tell.
    case mysqlDump(Confidence, flavour: ServerFlavour?)
    /// `mysqldump --xml`.
    case mysqlXML
    case postgresqlDump
    /// `pg_dump -Fc`.
    case postgresqlArchive
    case sqliteDump
    case html
    /// Any other XML, an object store's error document for one.
    case xml
    /// Only what a program said: the dump tool failed before it wrote anything.
    case toolMessage(ToolMessage.Kind)
    /// Text in UTF-16, as PowerShell's `>` writes it.
    case utf16
    /// Nothing but blanks, line ends or NULs.
    case blank
    case unknown
  }

  /// How many bytes are looked at.
  public static let length = 64 << 10

  public init() {}

  /// - Parameter head: the first bytes, at most `length` of them are read.
  public func recognise(_ head: UnsafeRawBufferPointer) -> Answer {
    let bytes = head.bindMemory(to: UInt8.self).prefix(Self.length)
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return .utf16 }
    if bytes.starts(with: "PGDMP".utf8) { return .postgresqlArchive }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    var evidence = Evidence()
    var lines = 0
    for line in text.split(separator: SQLByte.newline, maxSplits: 2_000) where lines < 2_000 {
      let line = line.drop { SQLByte.isSpace($0) || $0 == 0 }
      guard !line.isEmpty else { continue }
      lines += 1
      if let answer = evidence.read(line, isFirst: lines == 1) { return answer }
    }
    if lines == 0 { return .blank }
    return evidence.isCertain || !Self.isBinary(text) ? evidence.answer : .unknown
  }

  /// Encrypted and random bytes hold lines that begin like statements, too. One byte in nine of them is a control
  /// character; SQL begins with words.
  private static func isBinary(_ bytes: UnsafeBufferPointer<UInt8>.SubSequence) -> Bool {
    let start = bytes.prefix(512)
    let controls = start.count { $0 < 0x20 && $0 != 0 && $0 != 9 && $0 != 10 && $0 != 13 || $0 == 0x7F }
    return controls * 50 > start.count
  }

  public func recognise(_ head: [UInt8]) -> Answer { head.withUnsafeBytes { recognise($0) } }
}

/// What the lines read so far speak for.
private struct Evidence {
  private var confidence: SQLDumpRecogniser.Confidence?
  private var flavour: ServerFlavour?
  private var message: ToolMessage.Kind?

  /// Words that open a dump of this family for certain.
  private static let headers: [(String, ServerFlavour?)] = [
    ("-- MySQL dump ", nil), ("-- MariaDB dump ", .mariadb), ("-- phpMyAdmin SQL Dump", nil), ("-- Adminer ", nil),
    ("-- Dump created by MySQL pump", .mysql), ("-- mysqldump-php ", nil), ("/*M!999999\\-", .mariadb),
    ("/*!999999\\-", .mariadb),
    ("-- HeidiSQL", nil), ("/*M!", .mariadb), ("/*!40", nil), ("/*!50", nil), ("/*!80", .mysql), ("/*!32312", nil),
    ("SET @MYSQLDUMP_TEMP_LOG_BIN", .mysql), ("SET @@GLOBAL.GTID_PURGED", .mysql),
  ]
  private static let statements = [
    "CREATE ", "DROP ", "INSERT ", "REPLACE ", "SET ", "USE ", "LOCK TABLES", "START TRANSACTION",
  ]

  mutating func read(_ line: UnsafeBufferPointer<UInt8>.SubSequence, isFirst: Bool) -> SQLDumpRecogniser.Answer? {
    let text = String(decoding: line.prefix(400), as: UTF8.self)
    if confidence == nil || confidence == .possible, let other = other(text, isFirst: isFirst) { return other }
    // In comments only: rows may hold any word.
    if text.contains("MariaDB"), text.hasPrefix("--") || text.hasPrefix("/*") { flavour = .mariadb }
    if text.hasPrefix("-- Server version") || text.hasPrefix("-- Server Version") { readServer(text) }
    let isRows = text.hasPrefix("INSERT") || text.hasPrefix("(") || text.hasPrefix("REPLACE")
    if flavour == nil && !isRows
      && (text.contains("_0900_") || text.contains("Distrib 8.") || text.contains("MySQL Community"))
    {
      flavour = .mysql
    }
    if let header = Self.headers.first(where: { text.hasPrefix($0.0) }) {
      confidence = .certain
      flavour = flavour ?? header.1
      return nil
    }
    let upper = text.uppercased()
    if Self.statements.contains(where: { upper.hasPrefix($0) }) {
      let isFamily =
        text.contains("`") || upper.hasPrefix("LOCK TABLES") || upper.hasPrefix("SET NAMES UTF8MB4")
        || upper.hasPrefix("SET SQL_MODE") || upper.hasPrefix("SET FOREIGN_KEY_CHECKS") || upper.contains("ENGINE=")
      confidence = max(confidence ?? .possible, isFamily ? .likely : .possible)
    } else if text.hasPrefix(")") && upper.contains("ENGINE=") || text.hasPrefix("`") {
      confidence = max(confidence ?? .likely, .likely)
    } else {
      readMessage(line)
    }
    return nil
  }

  /// The server's version tells more than the tool, which may be the other flavour's.
  private mutating func readServer(_ line: String) {
    let version = line.dropFirst("-- Server version".count).drop { $0 == ":" || $0 == " " || $0 == "\t" }
    guard !version.contains("MariaDB"), let number = ServerVersion(String(version)) else { return }
    flavour = number.major >= 10 ? .mariadb : .mysql
  }

  private func other(_ text: String, isFirst: Bool) -> SQLDumpRecogniser.Answer? {
    if text.hasPrefix("-- PostgreSQL database") || text.hasPrefix("SET statement_timeout = 0")
      || text.hasPrefix("SELECT pg_catalog.")
    {
      return .postgresqlDump
    }
    if text.hasPrefix("PRAGMA foreign_keys=") || text == "BEGIN TRANSACTION;" { return .sqliteDump }
    guard text.hasPrefix("<") else { return nil }
    let lower = text.lowercased()
    if lower.hasPrefix("<mysqldump") { return .mysqlXML }
    if lower.hasPrefix("<!doctype html") || lower.hasPrefix("<html") || lower.hasPrefix("<head") { return .html }
    // The XML declaration alone does not tell whose document follows on the next line.
    if lower.hasPrefix("<?xml") {
      return lower.contains("<mysqldump") ? .mysqlXML : lower.contains("<error") ? .xml : nil
    }
    return .xml
  }

  private mutating func readMessage(_ line: UnsafeBufferPointer<UInt8>.SubSequence) {
    guard let found = ToolText.judge(UnsafeBufferPointer(rebasing: line)) else { return }
    if message == nil || found.kind == .failure { message = found.kind }
  }

  var isCertain: Bool { confidence == .certain }

  var answer: SQLDumpRecogniser.Answer {
    if let confidence { return .mysqlDump(confidence, flavour: flavour) }
    if message == .errorPage { return .xml }
    return message.map { .toolMessage($0) } ?? .unknown
  }
}
