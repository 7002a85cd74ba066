import ProofbackCore

/// Tells by the first bytes whether a file is a backup of PostgreSQL's.
enum PostgreSQLRecogniser {
  enum Format: Equatable {
    case plain, cluster
    /// `pg_dump -Fc`.
    case custom
    /// `pg_dump -Fd` or `-Ft`: the table of contents and the files beside it.
    case folder
    case baseBackup
    /// Only what a tool said.
    case messages

    var title: String {
      switch self {
      case .plain: "a PostgreSQL SQL dump"
      case .cluster: "a PostgreSQL dump of a whole cluster"
      case .custom: "a PostgreSQL archive (pg_dump custom format)"
      case .folder: "a PostgreSQL archive (pg_dump directory or tar format)"
      case .baseBackup: "a PostgreSQL base backup"
      case .messages: "the messages of a PostgreSQL tool"
      }
    }
  }

  /// - Parameter names: of the folder's first members, when it is one.
  static func recognise(_ bytes: [UInt8], names: [String]?) -> (format: Format, isCertain: Bool)? {
    if bytes.starts(with: Array("PGDMP".utf8)) { return (names == nil ? .custom : .folder, true) }
    if let names, let format = ofFolder(bytes, names) { return format }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return nil }
    let head = bytes.prefix(16 << 10)
    let lines = head.split(separator: 10, maxSplits: 400).prefix(400).map { String(decoding: $0, as: UTF8.self) }
    return ofText(lines)
  }

  private static func ofText(_ lines: [String]) -> (Format, Bool)? {
    var signs = 0
    for (index, raw) in lines.enumerated() {
      let line = raw.trimmingPrefix("\u{FEFF}").trimmingPrefix(while: \.isWhitespace)
      if line.hasPrefix("-- PostgreSQL database cluster dump") { return (.cluster, true) }
      if line.hasPrefix("-- PostgreSQL database dump") { return (.plain, true) }
      let isCopy = line.hasPrefix("COPY ") && line.wholeMatch(of: /COPY .* FROM stdin;\r?/) != nil
      if isCopy || line.hasPrefix("SELECT pg_catalog.") { return (.plain, true) }
      if index == 0, let tool = line.split(separator: ":").first, tools.contains(where: { tool.hasSuffix($0) }) {
        signs += 1
        if lines.count < 40, !lines.contains(where: { $0.hasPrefix("--") }) { return (.messages, true) }
      }
      if marks.contains(where: { line.hasPrefix($0) }) { signs += 1 }
      if signs >= 3 { return (.plain, true) }
    }
    return signs > 0 ? (.plain, false) : nil
  }

  private static let tools = ["pg_dump", "pg_dumpall", "pg_restore", "pg_basebackup", "psql"]
  /// Statements that no other DBMS's tools write.
  private static let marks = [
    "SET statement_timeout = ", "SET lock_timeout = ", "SET client_encoding = ", "SET standard_conforming_strings = ",
    "SET xmloption = ", "SET check_function_bodies = ", "SET client_min_messages = ", "SET row_security = ",
    "CREATE EXTENSION ", "SET default_table_access_method = ", "\\connect ", "\\restrict ",
  ]

  private static func ofFolder(_ bytes: [UInt8], _ names: [String]) -> (Format, Bool)? {
    if bytes.starts(with: Array("START WAL LOCATION: ".utf8)) { return (.baseBackup, true) }
    let files = names.map { $0.split(separator: "/").suffix(3).map(String.init) }
    let isVersion = bytes.count <= 4 && String(decoding: bytes, as: UTF8.self).wholeMatch(of: /[0-9]{1,2}\n/) != nil
    if isVersion, files.contains(where: { $0.last == "PG_VERSION" }) { return (.baseBackup, true) }
    if names.contains(where: isServerFile) { return (.baseBackup, false) }
    let isData = files.contains { $0.last?.wholeMatch(of: /([0-9]+|blob_[0-9]+)\.dat(\.gz|\.lz4|\.zst)?/) != nil }
    if isData || files.contains(where: { $0.last == "toc.dat" }) { return (.folder, false) }
    return nil
  }

  /// Whether a file has its place in a server's data folder: relations, the write-ahead log and its kind.
  static func isServerFile(_ name: String) -> Bool {
    let parts = name.split(separator: "/").map(String.init)
    guard let file = parts.last else { return false }
    if file.wholeMatch(of: /[0-9A-F]{24}(\.partial)?/) != nil { return true }
    let folders = parts.dropLast()
    if folders.contains(where: { folders.count <= 3 && serverFolders.contains($0) }) { return true }
    if folders.last == "global" { return file.hasPrefix("pg_") || file.first?.isNumber == true }
    guard let base = folders.lastIndex(of: "base"), base + 1 < folders.endIndex else { return false }
    return Int(folders[base + 1]) != nil
  }

  private static let serverFolders: Set<String> = [
    "pg_wal", "pg_xact", "pg_multixact", "pg_commit_ts", "pg_subtrans", "pg_twophase", "pg_logical", "pg_notify",
    "pg_replslot", "pg_snapshots", "pg_stat",
  ]
}
