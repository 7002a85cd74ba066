import ProofbackCore

/// One cause by which a backup differs from earlier ones. Each says in its comment what it sees, and one case of it.
protocol BaselineRule: Sendable {
  func findings(_ context: BaselineContext) -> [Finding]
}

/// A rule about one table at a time.
protocol TableRule: BaselineRule {
  func findings(_ table: TablePair, _ context: BaselineContext) -> [Finding]
}

extension TableRule {
  func findings(_ context: BaselineContext) -> [Finding] {
    context.pairs().flatMap { $0.isVolatile ? [] : findings($0, context) }
  }
}

/// A rule about one column at a time.
protocol ColumnRule: TableRule {
  func finding(_ column: ColumnPair, of table: TablePair, _ context: BaselineContext) -> Finding?
}

extension ColumnRule {
  func findings(_ table: TablePair, _ context: BaselineContext) -> [Finding] {
    // Of a handful of rows nothing can be said.
    guard table.before.rows >= 10, table.now.rows >= 5 else { return [] }
    return table.columns.compactMap { $0.isComparable ? finding($0, of: table, context) : nil }
  }
}

/// All rules, what explains most first.
enum BaselineRules {
  static let all: [any BaselineRule] = [
    SameFile(), OtherDatabase(), TablesMissing(), EmptiedTables(), RowsLost(), StoppedData(), NewestRowsLost(),
    MonthsLost(), ValuesAlike(), ValuesNull(), CharactersLost(), TextTurnedToNoise(), LongValuesLost(), BytesLost(),
    MomentsMoved(), ValuesRewritten(), CountersBack(), RowsDuplicated(), ReferencesBroken(), ObjectsMissing(),
    ObjectsChanged(), TypesChanged(), ObjectsNew(),
  ]
}
