import Foundation
import ProofbackCore

/// Lets the databases be read, and says what was found. Blocks its thread.
struct SQLiteVerification: Sendable {
  let databases: [SQLiteDatabase]
  let depth: Depth
  let allowsOrphans: Bool
  /// Nil where rows are only counted.
  var measuring: Measuring?

  static let describedBy = "sqlite"

  func run(_ link: SQLiteLink) throws -> Verification {
    var result = Verification(inventory: Inventory(), findings: [])
    var isWhole = true
    if let measuring {
      result.profile = DatabaseProfile()
      result.profile?.describedBy = Self.describedBy
      try link.send(.measure, String(decoding: JSONEncoder().encode(measuring), as: UTF8.self))
    }
    for database in databases {
      try link.send(depth == .sampled ? .sample : .examine, database.file)
      let examination = try link.receive(SQLiteExamination.self)
      isWhole = isWhole && examination.tables.allSatisfy { $0.sampledRows == nil }
      take(examination, database, &result)
      measure(examination, database, &result)
    }
    if let header = databases.lazy.compactMap(\.header).first { result.inventory.dumpServer = header.writerText }
    if databases.contains(where: { $0.dump != nil }) { result.inventory.dumpTool = "sqlite3 .dump" }
    conclude(isWhole: isWhole, &result)
    return result
  }

  private func take(_ found: SQLiteExamination, _ database: SQLiteDatabase, _ result: inout Verification) {
    let name = UntrustedText.line(database.name, limit: 120)
    if let fault = found.fault {
      result.findings.append(
        SQLiteFindings.damaged.finding("\(database.shown) can't be read: \(UntrustedText.line(fault.description))"))
      return
    }
    result.findings += missing(found, database) + integrity(found, database) + keys(found, database)
    for table in found.tables {
      let shown = UntrustedText.line(table.name)
      if let finding = fault(of: table, database) { result.findings.append(finding) }
      // Sequences and statistics of SQLite's own.
      if shown.hasPrefix("sqlite_") { continue }
      let claimed = database.dump?.inserts[table.name]
      if let claimed, let rows = table.rows, claimed != rows {
        result.findings.append(
          CommonFindings.rowsDiffer.finding(
            "table \(shown): \(Quantity.text(count: rows)) rows came back, the dump has \(Quantity.text(count: claimed))"
          ))
      }
      result.inventory.tables.append(
        TableInventory(
          database: name, name: shown, rows: table.rows, sampledRows: table.sampledRows, bytes: table.bytes,
          indexes: table.indexes.map { UntrustedText.line($0) }, claimedRows: claimed,
          kind: table.isVirtual ? "virtual" : "table"))
    }
    for view in found.views {
      let shown = UntrustedText.line(view.name)
      result.inventory.views.append("\(name).\(shown)")
      guard let fault = view.fault else { continue }
      result.findings.append(
        CommonFindings.viewUnreadable.finding(
          fault.isTooLong
            ? "view \(shown) was not read: its first row takes too long"
            : "view \(shown) can't be selected from: \(UntrustedText.line(fault.description))"))
    }
    result.inventory.triggers += found.triggers.map { "\(name).\(UntrustedText.line($0))" }
  }

  /// Of several files each has its name in front.
  private func measure(_ found: SQLiteExamination, _ database: SQLiteDatabase, _ result: inout Verification) {
    guard var profile = result.profile else { return }
    found.measure(databases.count > 1 ? UntrustedText.line(database.name, limit: 120) : "", into: &profile)
    result.profile = profile
  }

  /// What SQLite here does not bring is not the backup's fault, and hides what else there may be.
  private func missing(_ found: SQLiteExamination, _ database: SQLiteDatabase) -> [Finding] {
    found.missingCollations.map {
      RunFindings.serverMissing.finding(
        "\(database.shown) needs the collation \(UntrustedText.line($0, limit: 80)), which SQLite does not bring",
        hint: "test it where the program is that brings it")
    }
  }

  private func integrity(_ found: SQLiteExamination, _ database: SQLiteDatabase) -> [Finding] {
    if let fault = found.integrityFault {
      if fault.isMemory { return [SQLiteFindings.memory.finding("SQLite's check needs more memory than there is")] }
      // With a collation missing the check can't be made.
      if !fault.isDamage && !found.missingCollations.isEmpty { return [] }
      return [
        SQLiteFindings.damaged.finding(
          "\(database.shown) is damaged: SQLite's check ends with \(UntrustedText.line(fault.description))")
      ]
    }
    guard let first = found.integrity.first else { return [] }
    return [
      SQLiteFindings.damaged.finding(
        "\(database.shown) is damaged: \(UntrustedText.line(first))",
        evidence: found.integrity.dropFirst().prefix(10).map { UntrustedText.line($0) })
    ]
  }

  private func keys(_ found: SQLiteExamination, _ database: SQLiteDatabase) -> [Finding] {
    var findings: [Finding] = []
    if let fault = found.orphansFault {
      findings.append(
        SQLiteFindings.keysUnchecked.finding(
          "the foreign keys of \(database.shown) can't be checked: \(UntrustedText.line(fault.description))"))
    }
    let definition = allowsOrphans ? SQLiteFindings.orphansAllowed : SQLiteFindings.orphans
    for orphan in found.orphans.prefix(5) {
      let rows = Quantity.text(Int(clamping: orphan.rows), "row")
      findings.append(
        definition.finding(
          "\(rows) of table \(UntrustedText.line(orphan.table)) refer to rows of \(UntrustedText.line(orphan.parent)) that are not there"
        ))
    }
    return findings
  }

  private func fault(of table: SQLiteExamination.Table, _ database: SQLiteDatabase) -> Finding? {
    guard let fault = table.fault else { return nil }
    let shown = UntrustedText.line(table.name)
    if fault.isMemory { return SQLiteFindings.memory.finding("table \(shown) needs more memory than there is") }
    // SQLITE_ERROR on a virtual table that is not damaged: nobody knows its module.
    if table.isVirtual && fault.code == 1 {
      return RunFindings.serverMissing.finding(
        "the virtual table \(shown) needs a module that SQLite does not bring",
        hint: "test it where the program is that brings it")
    }
    return CommonFindings.unreadable.finding(
      "table \(shown) can't be read to its end: \(UntrustedText.line(fault.description))")
  }

  private func conclude(isWhole: Bool, _ result: inout Verification) {
    if result.findings.contains(where: { $0.consequence == .failed }) { return }
    let tables = result.inventory.tables
    if tables.isEmpty {
      result.findings.append(SQLiteFindings.empty.finding("there is no table in it"))
    } else if isWhole && result.inventory.rows == 0 {
      result.findings.append(
        SQLiteFindings.noRows.finding("none of the \(Quantity.text(tables.count, "table")) has a row"))
    }
    if tables.isEmpty { return }
    result.findings.append(
      SQLiteFindings.checked.finding(
        "\(depth == .sampled ? "PRAGMA quick_check" : "PRAGMA integrity_check") and the foreign keys hold"))
    guard depth == .sampled else {
      return result.findings.append(
        CommonFindings.rowsAgree.finding(
          "all \(Quantity.text(Int(clamping: result.inventory.rows), "row")) of \(Quantity.text(tables.count, "table")) were read"
        ))
    }
    result.findings.append(
      CommonFindings.sampled.finding(
        isWhole
          ? "a sample was asked for, and every table is so small that it was read whole"
          : "not every row was read: tables of \(Quantity.text(count: UInt64(SQLiteExaminer.edge))) rows or more were sampled"
      ))
  }
}
