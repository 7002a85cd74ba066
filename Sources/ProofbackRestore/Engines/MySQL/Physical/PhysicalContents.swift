import ProofbackCore

/// The files of a physical backup as they were unpacked: names and what their heads say.
struct PhysicalContents: Sendable {
  /// Below the data folder: the folder that was packed, with a slash at its end, or nothing.
  var root = ""
  /// Names below the root, and sizes. Compressed files have their ending.
  var sizes: [String: UInt64] = [:]
  var facts = PhysicalFacts()
  /// Files that are encrypted, by the tool or the server.
  var encrypted: [String] = []
  /// Links to tables elsewhere, which were left out.
  var outside: [String] = []
  var views: Set<String> = []
  var wrapped: [String: PhysicalName.Wrapping] = [:]
  /// More than one folder of backups.
  var roots: [String] = []

  func has(_ name: String) -> Bool { sizes[name] != nil }

  /// Accounts, routines and events.
  var hasSystemSchema: Bool { sizes.keys.contains { $0.hasPrefix("mysql/") || $0 == "mysql.ibd" } }

  /// Whether a backup tool made it: by its own files, or by the head that it gives the redo log.
  var isTools: Bool {
    facts.isToolsLog
      || (PhysicalName.checkpoints + PhysicalName.information + ["backup-my.cnf", "xtrabackup_logfile"]).contains(
        where: has)
  }

  /// Which server's files they are: by what the tool wrote down, else by files that only one of them has.
  var flavour: ServerFlavour? {
    if let version = facts.serverVersion { return version.contains("MariaDB") ? .mariadb : .mysql }
    if has("mysql.ibd") || sizes.keys.contains(where: { $0.hasPrefix("#innodb_redo/") || $0.hasPrefix("undo_0") }) {
      return .mysql
    }
    return has("aria_log_control") || facts.logCreator != nil ? .mariadb : nil
  }
}
