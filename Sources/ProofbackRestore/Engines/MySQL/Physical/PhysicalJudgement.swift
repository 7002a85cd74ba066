import ProofbackCore

/// What the files that came say of the backup before anything is started: findings that end the run come first.
struct PhysicalJudgement {
  var contents: PhysicalContents
  var facts: PhysicalFacts { contents.facts }

  /// Whatever makes going on useless. Of several causes the first.
  func obstacle() throws -> Finding? {
    if contents.roots.count > 1 {
      return RunFindings.unsupported.finding(
        "the backup holds \(contents.roots.count) folders of server files, which belong together or not",
        evidence: contents.roots.prefix(10).map { UntrustedText.line($0, limit: 120) },
        hint: "pack each backup by itself; an incremental one is tested after it was merged into its base")
    }
    if facts.isIncremental {
      return PhysicalFindings.incremental.finding(
        "this is an incremental backup: it holds what changed since its base, without which nobody can restore it")
    }
    if let name = contents.encrypted.first {
      let more = contents.encrypted.count > 1 ? " and \(contents.encrypted.count - 1) more files" : ""
      return PhysicalFindings.encrypted.finding(
        "\(UntrustedText.line(name, limit: 120))\(more) of the backup \(more.isEmpty ? "is" : "are") encrypted, with a key that is not here",
        evidence: contents.encrypted.prefix(10).map { UntrustedText.line($0, limit: 120) })
    }
    if facts.isLogEncrypted {
      return PhysicalFindings.encrypted.finding("the redo log of the backup is encrypted, with a key that is not here")
    }
    return nil
  }

  /// Everything that is wrong with the files as such.
  func damage() -> [Finding] { [incomplete, shortLog].compactMap(\.self) + emptyFiles + missingFiles }

  /// Cause: the tool was killed, or its disk full: what it writes last, or always, is not there. Outside of the corpus: a
  /// stream of `xtrabackup --stream` over an ssh link that broke, kept by the receiver as whole.
  private var incomplete: Finding? {
    if !contents.sizes.keys.contains(where: { $0.hasPrefix("ibdata1") }) {
      return PhysicalFindings.incomplete.finding("the system tablespace (ibdata1) is missing from the backup")
    }
    if !contents.hasSystemSchema, !facts.isPartial, contents.isTools == facts.hasInformation {
      return PhysicalFindings.incomplete.finding(
        "the schema `mysql` is missing, in which accounts and routines stand, and the backup was not asked for a part only"
      )
    }
    guard contents.isTools else {
      let hasLog = contents.sizes.keys.contains { $0.hasPrefix("ib_logfile") || $0.hasPrefix("#innodb_redo/") }
      return hasLog
        ? nil
        : PhysicalFindings.incomplete.finding("the redo log (ib_logfile0) is missing from the copied data folder")
    }
    var missing: [String] = []
    if !facts.hasCheckpoints { missing.append(PhysicalName.checkpoints[0]) }
    if !facts.hasInformation { missing.append(PhysicalName.information[0]) }
    if !contents.has("backup-my.cnf") { missing.append("backup-my.cnf") }
    let hasLog = contents.has("ib_logfile0") || contents.has("xtrabackup_logfile")
    if !hasLog, !facts.isPrepared { missing.append("ib_logfile0") }
    guard let first = missing.first else { return nil }
    return PhysicalFindings.incomplete.finding(
      "\(first) is missing or says nothing, which the backup tool always writes, most of it last: the backup was not completed",
      evidence: missing.count > 1 ? missing : [])
  }

  /// Cause: the copied redo log ends before the place up to which the files need it. Outside of the corpus: a source that
  /// wrote more during the backup than its circular redo log holds.
  private var shortLog: Finding? {
    guard let needed = facts.needed, let last = facts.last else { return nil }
    if needed > last {
      return PhysicalFindings.logShort.finding(
        "the redo log goes to LSN \(last), and the files need it to LSN \(needed)")
    }
    // An LSN counts bytes: the log has at least those from the last checkpoint on.
    guard !facts.isPrepared, let size = contents.sizes["ib_logfile0"] ?? contents.sizes["xtrabackup_logfile"],
      size < last - needed
    else { return nil }
    return PhysicalFindings.logShort.finding(
      "the redo log has \(Quantity.text(bytes: size)), and \(Quantity.text(bytes: last - needed)) were written from the last checkpoint to the backup's end"
    )
  }

  /// Cause: a copy that made files and could not fill them. Outside of the corpus: rsync to a full disk with --inplace.
  /// Data files of MyISAM tables without rows, and logs, are empty by right.
  private var emptyFiles: [Finding] {
    let never = [".ibd", ".new", ".frm", ".MYI", ".MAI", ".MAD", ".par"]
    let empty = contents.sizes.filter { name, size in
      size == 0 && (never.contains { name.hasSuffix($0) } || name.hasPrefix("ibdata") || name == "aria_log_control")
    }.keys.sorted()
    guard let first = empty.first else { return [] }
    let more = empty.count > 1 ? ", and \(empty.count - 1) more" : ""
    return [
      PhysicalFindings.fileEmpty.finding(
        "\(UntrustedText.line(first, limit: 120)) is empty, which such a file never is\(more)",
        evidence: empty.count > 1 ? empty.prefix(20).map { UntrustedText.line($0, limit: 120) } : [])
    ]
  }

  /// Cause: files of one table that belong together, of which one is gone. Outside of the corpus: a job that excludes
  /// `*.MYI` because indexes can be rebuilt, and forgets Aria's definition beside it. Files of InnoDB's own (full-text
  /// indexes, tables half made) have no definition.
  private var missingFiles: [Finding] {
    var missing: [String] = []
    for name in contents.sizes.keys.sorted() {
      guard let dot = name.lastIndex(of: "."), let slash = name.lastIndex(of: "/"), slash < dot else { continue }
      let (stem, ending) = (String(name[..<dot]), String(name[dot...]))
      if let twin = Self.twins[ending], !contents.has(stem + twin), !isWrapped(stem + twin) {
        missing.append(stem + twin)
      }
      guard contents.flavour == .mariadb, Self.twins[ending] != nil || ending == ".ibd" else { continue }
      guard let table = Self.table(stem), !contents.has(table + ".frm"), !isWrapped(table + ".frm") else { continue }
      missing.append(table + ".frm")
    }
    guard let first = missing.first else { return [] }
    let names = Set(missing).sorted()
    let more = names.count > 1 ? ", as are \(names.count - 1) more files of tables" : ""
    return [
      PhysicalFindings.fileMissing.finding(
        "\(UntrustedText.line(first, limit: 120)) is missing from the backup, while other files of its table are there\(more)",
        evidence: names.count > 1 ? names.prefix(20).map { UntrustedText.line($0, limit: 120) } : [])
    ]
  }

  private func isWrapped(_ name: String) -> Bool {
    PhysicalName.Wrapping.allCases.contains { contents.has("\(name).\($0)") }
  }

  private static let twins = [".MYD": ".MYI", ".MYI": ".MYD", ".MAD": ".MAI", ".MAI": ".MAD"]

  /// The table that a file without its ending belongs to; nil when it is none that has a definition.
  /// Partitions are `table#P#part` (sql_partition.h); FTS_… are InnoDB's own, `#sql…` and `#mysql50#` are half made.
  static func table(_ stem: String) -> String? {
    guard let slash = stem.lastIndex(of: "/") else { return nil }
    let file = stem[stem.index(after: slash)...]
    if file.hasPrefix("FTS_") || file.hasPrefix("#") { return nil }
    guard let mark = stem.firstRange(of: /#[Pp]#/) else { return stem }
    return String(stem[..<mark.lowerBound])
  }

  /// What is worth knowing of a backup that restores.
  func notes() -> [Finding] {
    var notes: [Finding] = []
    if !contents.isTools {
      notes.append(
        PhysicalFindings.copied.finding(
          "this is a copy of the data folder, not made by a backup tool: it came back, and nothing says that the next one will"
        ))
    }
    if facts.isPartial {
      notes.append(
        PhysicalFindings.partial.finding("the backup tool was asked for some of the databases or tables only"))
    }
    if let first = contents.outside.first {
      notes.append(
        PhysicalFindings.outside.finding(
          "\(Quantity.text(contents.outside.count, "table")) of the source \(contents.outside.count == 1 ? "lies" : "lie") outside of its data folder, first \(UntrustedText.line(first, limit: 120))"
        ))
    }
    return notes
  }
}
