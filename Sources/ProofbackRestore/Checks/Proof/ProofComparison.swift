import Foundation
import ProofbackCore

/// What came back, held against what the source had.
struct ProofComparison {
  private let proof: Proof
  private let profile: DatabaseProfile
  private let context: Context
  /// Findings of one kind; more say nothing new.
  private static let most = 8

  /// What else is known of the run.
  struct Context {
    var volatileTables: [String] = []
    var dumpOptions: [DumpOption] = []
    /// By which newest moments were told from those to come.
    var asOf = Date()
    /// Which bytes those of the proof are, for people.
    var fileText: String?
    var tableWord = "table"
    var rowWord = "row"
  }

  init(_ proof: Proof, _ profile: DatabaseProfile, _ context: Context) {
    self.proof = proof
    self.profile = Self.aligned(profile, to: proof)
    self.context = context
  }

  /// With the database called as at the source, when both have only one.
  private static func aligned(_ profile: DatabaseProfile, to proof: Proof) -> DatabaseProfile {
    var before = DatabaseProfile()
    before.databases = Set(proof.databases)
    let run = PassedRun(runID: "", asOf: Date(), source: nil, dumpedAt: nil, profile: before)
    return BaselineContext(
      baseline: Baseline(key: 0, newest: run), profile: profile, source: nil, dumpedAt: nil, asOf: Date(),
      volatileTables: [], tolerances: [:]
    ).aligned.profile
  }

  func findings() -> [Finding] {
    let now = Dictionary(profile.tables.map { ($0.text, $0) }, uniquingKeysWith: { first, _ in first })
    let tables = proof.tables.filter { !isVolatile($0) }
    let missing = tables.filter { now[$0.text] == nil }
    let pairs = tables.compactMap { table in now[table.text].map { (table, $0) } }
    var found = missing.prefix(Self.most).map {
      ProofFindings.tableMissing.finding(
        "\(context.tableWord) \(shown($0.text)) with \(rows($0)) at the source did not come back")
    }
    for differ in [rowsDiffer, valuesDiffer, newestDiffers] {
      found += pairs.compactMap { differ($0, $1) }.prefix(Self.most)
    }
    found += objectFindings(Set(missing.map(\.text)))
    let isBad = found.contains { $0.consequence == .failed }
    return isBad ? found : found + [held(pairs.map(\.0), pairs.map(\.1))]
  }

  private func isVolatile(_ table: ProofTable) -> Bool {
    NamePattern.any(of: context.volatileTables, matches: table.name, or: table.text)
  }

  private func shown(_ text: String) -> String { UntrustedText.line(text, limit: 160) }

  private func rows(_ table: ProofTable) -> String {
    guard let most = table.mostRows else { return Quantity.text(Int(clamping: table.rows), context.rowWord) }
    return "between \(Quantity.text(count: table.rows)) and \(Quantity.text(Int(clamping: most), context.rowWord))"
  }

  private func rowsDiffer(_ table: ProofTable, _ now: TableProfile) -> Finding? {
    guard now.rows < table.rows || now.rows > table.mostRows ?? table.rows else { return nil }
    return ProofFindings.rowsDiffer.finding(
      "\(context.tableWord) \(shown(table.text)) had \(rows(table)) at the source, and \(Quantity.text(Int(clamping: now.rows), context.rowWord)) came back",
      evidence: table.isMoving ? ["its rows changed while the backup was made"] : [])
  }

  private func valuesDiffer(_ table: ProofTable, _ now: TableProfile) -> Finding? {
    guard !table.isMoving, now.rows == table.rows, table.sum != nil, now.sum != nil else { return nil }
    let there = Dictionary(now.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let both = table.columns.filter { $0.sum != nil && there[$0.name]?.sum != nil }
    let other = both.filter { $0.sum != there[$0.name]?.sum.map { String($0, radix: 16) } }
    // The sum over whole rows goes by the columns' order.
    let isAlike = table.columns.filter { $0.sum != nil }.map(\.name) == now.columns.filter { $0.sum != nil }.map(\.name)
    let isExchanged = isAlike && table.sum != now.sum.map { String($0, radix: 16) }
    guard !other.isEmpty || isExchanged else { return nil }
    let names = other.prefix(12).map { shown($0.name) }.joined(separator: ", ")
    let name = "\(context.tableWord) \(shown(table.text))"
    let what =
      both.isEmpty
      ? "\(name) has other values than at the source"
      : other.isEmpty
        ? "values of \(name) stand in other rows than at the source"
        : "\(name) has other values than at the source in \(other.count == 1 ? "column" : "columns") \(names)"
    let definition =
      profile.describedBy == proof.describedBy ? ProofFindings.valuesDiffer : ProofFindings.valuesElsewhere
    return definition.finding(
      what,
      evidence: [
        "\(Quantity.text(Int(clamping: now.rows), context.rowWord)), as many as at the source"
      ] + (both.isEmpty ? [] : ["sums differ over \(other.count) of \(Quantity.text(both.count, "column"))"]))
  }

  /// What was written to meanwhile may be as new as the proof, and as old as the newest before with some time for what came
  /// and went.
  private static let passing = 3600.0

  /// Where values could not be held against the source, the newest moments still tell rows of another day.
  private func newestDiffers(_ table: ProofTable, _ now: TableProfile) -> Finding? {
    guard now.rows >= table.rows, now.rows <= table.mostRows ?? table.rows,
      // In whole seconds.
      context.asOf.timeIntervalSince1970 >= proof.made - 1
    else { return nil }
    let there = Dictionary(now.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let isSame = profile.describedBy == proof.describedBy
    let differ = table.columns.filter { column in
      guard let newest = column.newest, let found = there[column.name],
        let seconds = found.newest?.timeIntervalSince1970, !(isSame && column.sum != nil && found.sum != nil)
      else { return false }
      let least = min(newest, column.latest ?? newest) - (table.isMoving ? Self.passing : 1)
      let most = table.isMoving ? proof.made : max(newest, column.latest ?? newest)
      // What was still to come when the proof was made was not looked at then.
      return seconds < least || seconds > most + 1 && seconds <= proof.made + 86_400
    }
    guard let first = differ.first, let found = there[first.name]?.newest, let newest = first.newest else { return nil }
    return ProofFindings.newestDiffers.finding(
      "the newest \(shown(first.name)) in \(context.tableWord) \(shown(table.text)) is of \(found.ISO8601Format()), at the source of \(Date(timeIntervalSince1970: newest).ISO8601Format())",
      evidence: [table.isMoving ? "its rows changed while the backup was made" : "its values could not be compared"]
        + differ.dropFirst().prefix(8).map { "so in column \(shown($0.name))" })
  }

  /// By kind and name; what belongs to a missing table is missing with it.
  private func objectFindings(_ missing: Set<String>) -> [Finding] {
    ProofObjects(proof: proof, profile: profile, options: context.dumpOptions) { table in
      missing.contains(table) || isVolatile(ProofTable(database: "", name: table, rows: 0))
    }.findings()
  }

  private func held(_ tables: [ProofTable], _ now: [TableProfile]) -> Finding {
    guard !tables.isEmpty else {
      return ProofFindings.holds.finding("the file is the one that the proof was made for; the source was not measured")
    }
    let count = now.reduce(UInt64(0)) { $0 &+ $1.rows }
    let moving = tables.filter(\.isMoving).map { shown($0.text) }
    let unread = zip(tables, now).filter { $0.sum != nil && $1.sum == nil }.map { shown($0.0.text) }
    var evidence = [context.fileText].compactMap(\.self)
    let known = evidence.count
    if !moving.isEmpty {
      evidence.append("changed while the backup was made, only counted: \(moving.prefix(8).joined(separator: ", "))")
    }
    if !unread.isEmpty { evidence.append("only counted: \(unread.prefix(8).joined(separator: ", "))") }
    let what =
      evidence.count == known
      ? "every \(context.rowWord) of \(Quantity.text(tables.count, context.tableWord)) is"
      : "\(Quantity.text(tables.count, context.tableWord)) with \(Quantity.text(Int(clamping: count), context.rowWord)) are"
    return ProofFindings.holds.finding(
      "\(what) as at the source (\(Quantity.text(Int(clamping: count), context.rowWord)))", evidence: evidence)
  }
}
