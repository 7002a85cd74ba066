import ProofbackCore

/// Answers to questions that need no query: what was counted and measured when everything was read.
struct MeasuredAnswers {
  private let inventory: Inventory
  private let profile: DatabaseProfile?
  private let key: UInt64

  init(_ verification: Verification, key: UInt64) {
    inventory = verification.inventory
    profile = verification.profile
    self.key = key
  }

  /// Nil for a query.
  func outcome(of question: CheckQuestion) -> CheckOutcome? {
    switch question {
    case .query: nil
    case .rows(let table): rows(table)
    case .newest(let column): newest(column)
    case .object(let kind, let name): object(kind, name)
    }
  }

  private func answer(_ shown: CheckAnswer.Shown, _ text: String) -> CheckOutcome {
    .answer(
      CheckAnswer(shown, hash: Array(text.utf8).withUnsafeBytes { CellHash.hash($0, key: key) }, rows: 1))
  }

  /// Those that are called so, whole or behind a point: `orders`, `public.orders` and `shop.public.orders` may be one.
  private func named<Item>(_ wanted: String, _ items: [Item], _ name: (Item) -> String) -> [Item] {
    let same = items.filter { name($0) == wanted }
    return same.isEmpty ? items.filter { name($0).hasSuffix(".\(wanted)") } : same
  }

  private func ambiguous(_ names: [String]) -> CheckOutcome {
    .refused("there are \(names.count) of this name: \(names.prefix(5).joined(separator: ", "))")
  }

  private func rows(_ wanted: String) -> CheckOutcome {
    let found = named(wanted, inventory.tables, \.text)
    guard let table = found.first else {
      return .missing("there is no \(inventory.tableWord) \(UntrustedText.line(wanted, limit: 120))")
    }
    guard found.count == 1 else { return ambiguous(found.map(\.text)) }
    guard let rows = table.rows else {
      return .refused(
        "the \(inventory.rowWord)s of \(table.text) were not counted: it was only sampled, or can't be read")
    }
    return answer(.number("\(rows)"), "\(rows)")
  }

  private func newest(_ wanted: String) -> CheckOutcome {
    guard let profile else { return .refused("rows were not measured") }
    let columns = profile.tables.flatMap { table in table.columns.map { (name: "\(table.text).\($0.name)", $0) } }
    let found = named(wanted, columns, \.name)
    guard let column = found.first else {
      return .missing("there is no column \(UntrustedText.line(wanted, limit: 120))")
    }
    guard found.count == 1 else { return ambiguous(found.map { UntrustedText.line($0.name, limit: 120) }) }
    guard let newest = column.1.newest else {
      return column.1.values == 0
        ? answer(.nothing, "")
        : .refused("\(UntrustedText.line(wanted, limit: 120)) has no moments, or none that are not in the future")
    }
    return answer(.time(newest), "\(newest.timeIntervalSince1970)")
  }

  private func object(_ kind: String, _ wanted: String) -> CheckOutcome {
    let isThere = !named(wanted, objects(kind), \.self).isEmpty
    guard isThere else {
      return .missing("there is no \(kind) \(UntrustedText.line(wanted, limit: 120))")
    }
    return answer(.truth(true), "true")
  }

  /// Names of the objects of a kind; what was not measured is known from the inventory.
  private func objects(_ kind: String) -> [String] {
    let kinds = kind == "routine" ? ["routine", "function", "procedure"] : [kind]
    let measured = (profile?.objects ?? []).filter { kinds.contains($0.kind) }.map(\.name)
    return measured
      + {
        switch kind {
        case "table", "collection": inventory.tables.map(\.text)
        case "view": inventory.views
        case "routine": inventory.routines
        case "trigger": inventory.triggers
        case "event": inventory.events
        case "sequence": inventory.sequences
        default: []
        }
      }()
  }
}

extension TableInventory {
  var text: String { database.isEmpty ? name : "\(database).\(name)" }
}
