/// What a file in a server's data folder, or in a backup of one, is by its name: the endings that storage engines and backup
/// tools give (MariaDB, "Files Created by mariadb-backup"; MySQL manual, "The MySQL Data Directory").
enum PhysicalName {
  /// Files of the folder's root, which say where that is.
  static let rootFiles: Set<String> = [
    "xtrabackup_checkpoints", "mariadb_backup_checkpoints", "xtrabackup_info", "mariadb_backup_info", "backup-my.cnf",
    "xtrabackup_logfile", "ibdata1", "ib_logfile0",
  ]
  static let checkpoints = ["xtrabackup_checkpoints", "mariadb_backup_checkpoints"]
  static let information = ["xtrabackup_info", "mariadb_backup_info"]

  private static let ofTables: Set<String> = [
    "ibd", "frm", "MYD", "MYI", "MAD", "MAI", "MRG", "CSV", "CSM", "ARZ", "ARM", "TRG", "TRN",
  ]
  /// Endings that others use too: these say something inside of a database's folder only.
  private static let ofTablesInFolders: Set<String> = [
    "new", "del", "ren", "isl", "par", "sdi", "delta", "meta", "cfg", "cfp",
  ]
  private static let inRoot: Set<String> = [
    "ib_buffer_pool", "ibtmp1", "ibdata1", "backup-my.cnf", "aria_log_control", "multi-master.info", "auto.cnf",
    "ddl_recovery.log",
    "mysqld-auto.cnf", "mysql_upgrade_info", "mysql.ibd", "tc.log",
  ]

  static func file(_ name: String) -> String { String(name.split(separator: "/").last ?? "") }

  /// What compresses or encrypts single files (xtrabackup --compress, --encrypt), outermost last.
  enum Wrapping: String, CaseIterable {
    case qpress = "qp"
    case lz4, zst
    case xbcrypt
  }

  static func wrapping(_ name: String) -> Wrapping? {
    guard let dot = name.lastIndex(of: "."), let wrapping = Wrapping(rawValue: String(name[name.index(after: dot)...])),
      isServers(String(name[..<dot]))
    else { return nil }
    return wrapping
  }

  /// Whether a file belongs into a server's data folder or to what a backup tool puts beside it.
  static func isServers(_ name: String) -> Bool {
    let file = file(name)
    if wrapping(name) != nil || inRoot.contains(file) || rootFiles.contains(file) || file == "db.opt" { return true }
    if file.hasPrefix("xtrabackup_") || file.hasPrefix("mariadb_backup_") { return true }
    if file.wholeMatch(of: /ib_logfile[0-9]+|ibdata[0-9]+|undo_?[0-9]{3}|aria_log\.[0-9]{8}/) != nil { return true }
    if name.split(separator: "/").contains(where: { $0 == "#innodb_redo" || $0 == "#innodb_temp" }) { return true }
    guard let dot = file.lastIndex(of: "."), dot > file.startIndex else { return false }
    let ending = String(file[file.index(after: dot)...])
    return ofTables.contains(ending) || name.contains("/") && ofTablesInFolders.contains(ending)
  }

  /// A tablespace by its name.
  static func isTablespace(_ file: String) -> Bool {
    file.hasSuffix(".ibd") || file.hasSuffix(".new") || file.wholeMatch(of: /ibdata[0-9]+|undo_?[0-9]{3}/) != nil
  }
}
