import ProofbackCore

/// A table that came back, held against the last proof.
struct TableRow: Sendable {
  /// On a page; the rest is in the report to download.
  static let most = 1000

  var name: String
  var rows: String
  var claimed: String
  var size: String
  /// `same`, `12 more`, `3 fewer`, `new`, `gone`; empty without a last proof.
  var against: String
  /// Whether somebody should look.
  var isLess: Bool

  /// - Parameter proof: the inventory of the last passed run of the same restore test.
  static func all(_ inventory: Inventory?, against proof: Inventory?) -> [TableRow] {
    let tables = inventory?.tables ?? []
    let old = Dictionary((proof?.tables ?? []).map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
    let present = Set(tables.map(key))
    let changes = tables.map { table in proof == nil ? nil : change(table, old[key(table)]) }
    // Of more than a page holds, those come first that somebody should look at.
    let order =
      tables.count <= most
      ? Array(tables.indices)
      : tables.indices.filter { changes[$0]?.isLess == true } + tables.indices.filter { changes[$0]?.isLess != true }
    let rows = order.prefix(most).map { TableRow(tables[$0], against: changes[$0]) }
    // A run that read nothing says nothing of what is gone.
    guard inventory != nil else { return [] }
    let gone = (proof?.tables ?? []).filter { !present.contains(key($0)) }.prefix(most).map(TableRow.init(gone:))
    return gone + rows
  }

  private static func key(_ table: TableInventory) -> [String] { [table.database, table.name] }

  private init(_ table: TableInventory, against change: (text: String, isLess: Bool)?) {
    name = UntrustedText.line("\(table.database).\(table.name)", limit: 200)
    rows = Self.count(table).map { Quantity.text(count: $0) } ?? ""
    claimed = table.claimedRows.map { Quantity.text(count: $0) } ?? ""
    size = Quantity.text(bytes: table.bytes)
    (against, isLess) = change ?? ("", false)
  }

  private init(gone table: TableInventory) {
    name = UntrustedText.line("\(table.database).\(table.name)", limit: 200)
    (rows, claimed, size, isLess) = ("", "", "", true)
    against = "gone" + (Self.count(table).map { ": had \(Quantity.text(count: $0))" } ?? "")
  }

  private static func count(_ table: TableInventory) -> UInt64? { table.rows ?? table.sampledRows }

  private static func change(_ new: TableInventory, _ old: TableInventory?) -> (text: String, isLess: Bool) {
    guard let old else { return ("new", false) }
    guard let now = count(new), let then = count(old) else { return ("not counted", false) }
    if now == then { return ("same", false) }
    return now > then
      ? ("\(Quantity.text(count: now - then)) more", false) : ("\(Quantity.text(count: then - now)) fewer", true)
  }
}
