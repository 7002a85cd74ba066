import ProofbackCore

/// What the tool's own small files say: `KEY = VALUE` lines of xtrabackup_checkpoints and xtrabackup_info, options of
/// backup-my.cnf (MariaDB, extra/mariabackup/xtrabackup.cc, xtrabackup_print_metadata, write_xtrabackup_info).
struct PhysicalFacts: Sendable {
  /// Bytes of such a file that are looked at.
  static let limit = 64 << 10
  private var checkpoints: [String: String] = [:]
  private var information: [String: String] = [:]
  private var options: [String: String] = [:]
  /// Who made the redo log's head: `Backup 10.11.6` or `MariaDB 10.11.6`; up to the head's 32 bytes (log0log.h).
  private(set) var logCreator: String?
  private(set) var isLogEncrypted = false
  private(set) var upgradedBy: String?
  private var pageSizeOfFiles: Int?

  mutating func take(_ file: String, _ bytes: [UInt8]) {
    switch file {
    case _ where PhysicalName.checkpoints.contains(file): checkpoints = Self.pairs(bytes)
    case _ where PhysicalName.information.contains(file): information = Self.pairs(bytes)
    case "backup-my.cnf": options = Self.pairs(bytes)
    case "mysql_upgrade_info", "mariadb_upgrade_info":
      upgradedBy = String(decoding: bytes.prefix(64).prefix { $0 > 32 }, as: UTF8.self)
    case "ibdata1": pageSizeOfFiles = TablespaceHead(bytes).map { Int($0.pageSize) }
    case "ib_logfile0" where bytes.count >= 48:
      logCreator = String(decoding: bytes[16..<48].prefix { $0 >= 32 && $0 < 127 }, as: UTF8.self)
      // FORMAT_ENCRYPTED is the highest bit of the format, which stands first.
      isLogEncrypted = bytes[0] & 0x80 != 0
    default: break
    }
  }

  private static func pairs(_ bytes: [UInt8]) -> [String: String] {
    var pairs: [String: String] = [:]
    for line in bytes.prefix(limit).split(separator: 10).prefix(200) {
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let key = String(decoding: line[..<equals], as: UTF8.self).trimming()
      if pairs[key] == nil { pairs[key] = String(decoding: line[(equals + 1)...], as: UTF8.self).trimming() }
    }
    return pairs
  }

  // MARK: Answers

  /// `full-backuped`, `log-applied`, `full-prepared`, `incremental`; nil when no file says.
  var backupType: String? { checkpoints["backup_type"] }
  var isIncremental: Bool { backupType == "incremental" || information["incremental"] == "Y" }
  var isPrepared: Bool { backupType == "log-applied" || backupType == "full-prepared" }
  var isPartial: Bool { information["partial"] == "Y" }
  var needed: UInt64? { checkpoints["to_lsn"].flatMap { UInt64($0) } }
  var last: UInt64? { checkpoints["last_lsn"].flatMap { UInt64($0) } }
  var hasCheckpoints: Bool { backupType != nil && needed != nil }
  var hasInformation: Bool { information["tool_name"] != nil || information["server_version"] != nil }

  /// Whether a backup tool made the redo log that is in the folder.
  var isToolsLog: Bool { logCreator?.hasPrefix("Backup ") ?? false }

  /// Whether the source's server had a plug-in that gives keys, with which tables and the redo log may be encrypted.
  var usesKeys: Bool { options["plugin_load"]?.contains("key_management") ?? false }

  var serverVersion: String? {
    if let said = information["server_version"] { return said }
    if let upgradedBy, ServerVersion(upgradedBy) != nil { return upgradedBy }
    guard let words = logCreator?.split(separator: " "), words.count >= 2, words[0] == "MariaDB" || words[0] == "Backup"
    else { return nil }
    return "\(words[1])-MariaDB"
  }
  var tool: String? { information["tool_name"].map { "\($0) \(information["tool_version"] ?? "")" } }

  /// The system tablespace's files, when they are named as they should be: this becomes an option of our server.
  var dataFilePath: String? {
    let path = options["innodb_data_file_path"] ?? ""
    return path.wholeMatch(of: /(ibdata[0-9]{1,3}:[0-9]{1,6}[KMGkmg]?;?){1,20}(:autoextend)?/) == nil ? nil : path
  }
  /// Bytes of a page: one of those that there are.
  var pageSize: Int? {
    let said = options["innodb_page_size"].flatMap { Int($0) } ?? pageSizeOfFiles
    return said.flatMap { [4096, 8192, 16384, 32768, 65536].contains($0) ? $0 : nil }
  }
  var undoTablespaces: Int? {
    options["innodb_undo_tablespaces"].flatMap { Int($0) }.flatMap { (0...127).contains($0) ? $0 : nil }
  }
}

extension String {
  fileprivate func trimming() -> String {
    String(trimmingPrefix(while: \.isWhitespace).reversed().trimmingPrefix(while: \.isWhitespace).reversed())
  }
}
