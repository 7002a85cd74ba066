import Foundation
import ProofbackCore

/// What came back, held against what the source had.
struct ProofComparison {
  private let proof: Proof
  private let profile: DatabaseProfile
  private let volatileTables: [String]
  /// Findings of one kind; more say nothing new.
  private static let most = 8

  init(_ proof: Proof, _ profile: DatabaseProfile, volatileTables: [String]) {
    self.proof = proof
    self.profile = Self.aligned(profile, to: proof)
    self.volatileTables = volatileTables
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
    let found =
      missing.prefix(Self.most).map {
        ProofFindings.tableMissing.finding("table \(shown($0.text)) with \(rows($0)) at the source did not come back")
      } + pairs.compactMap { rowsDiffer($0, $1) }.prefix(Self.most)
      + pairs.compactMap { valuesDiffer($0, $1) }.prefix(Self.most) + objectsMissing(Set(missing.map(\.text)))
    let isBad = found.contains { $0.consequence == .failed }
    return isBad ? found : found + [held(pairs.map(\.0), pairs.map(\.1))]
  }

  private func isVolatile(_ table: ProofTable) -> Bool {
    volatileTables.contains { NamePattern($0).matches(table.name) || NamePattern($0).matches(table.text) }
  }

  private func shown(_ text: String) -> String { UntrustedText.line(text, limit: 160) }

  private func rows(_ table: ProofTable) -> String {
    guard let most = table.mostRows else { return Quantity.text(Int(clamping: table.rows), "row") }
    return "between \(Quantity.text(count: table.rows)) and \(Quantity.text(Int(clamping: most), "row"))"
  }

  private func rowsDiffer(_ table: ProofTable, _ now: TableProfile) -> Finding? {
    guard now.rows < table.rows || now.rows > table.mostRows ?? table.rows else { return nil }
    return ProofFindings.rowsDiffer.finding(
      "table \(shown(table.text)) had \(rows(table)) at the source, and \(Quantity.text(Int(clamping: now.rows), "row")) came back",
      evidence: table.isMoving ? ["its rows changed while the backup was made"] : [])
  }

  private func valuesDiffer(_ table: ProofTable, _ now: TableProfile) -> Finding? {
    guard !table.isMoving, now.rows == table.rows, now.sum != nil else { return nil }
    let there = Dictionary(now.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let both = table.columns.filter { $0.sum != nil && there[$0.name]?.sum != nil }
    let other = both.filter { $0.sum != there[$0.name]?.sum.map { String($0, radix: 16) } }
    // The sum over whole rows goes by the columns' order.
    let isAlike = table.columns.filter { $0.sum != nil }.map(\.name) == now.columns.filter { $0.sum != nil }.map(\.name)
    let isExchanged = isAlike && table.sum != now.sum.map { String($0, radix: 16) }
    guard !other.isEmpty || isExchanged else { return nil }
    let names = other.prefix(12).map { shown($0.name) }.joined(separator: ", ")
    let what =
      other.isEmpty
      ? "values of table \(shown(table.text)) stand in other rows than at the source"
      : "table \(shown(table.text)) has other values than at the source in \(other.count == 1 ? "column" : "columns") \(names)"
    let definition =
      profile.describedBy == proof.describedBy ? ProofFindings.valuesDiffer : ProofFindings.valuesElsewhere
    return definition.finding(
      what,
      evidence: [
        "\(Quantity.text(Int(clamping: now.rows), "row")), as many as at the source",
        "sums differ over \(other.count) of \(Quantity.text(both.count, "column"))",
      ])
  }

  /// By kind and name; what belongs to a missing table is missing with it.
  private func objectsMissing(_ tables: Set<String>) -> [Finding] {
    let there = Set(profile.objects.map { "\($0.kind) \($0.name)" })
    let missing = proof.objects.filter { object in
      object.kind != "table" && !there.contains("\(object.kind) \(object.name)")
        && !(object.table.map { tables.contains($0) || isVolatile(ProofTable(database: "", name: $0, rows: 0)) }
          ?? false)
    }
    return Dictionary(grouping: missing, by: { shown($0.kind) }).sorted { $0.key < $1.key }.prefix(Self.most).map {
      kind, objects in
      let names = objects.map { shown($0.name) }.sorted()
      return ProofFindings.objectMissing.finding(
        "\(Quantity.text(objects.count, kind)) of the source did not come back: \(names.prefix(3).joined(separator: ", "))\(names.count > 3 ? " …" : "")",
        evidence: names.prefix(20).map { "\(kind) \($0)" })
    }
  }

  private func held(_ tables: [ProofTable], _ now: [TableProfile]) -> Finding {
    guard !tables.isEmpty else {
      return ProofFindings.holds.finding("the file is the one that the proof was made for; the source was not measured")
    }
    let count = tables.reduce(UInt64(0)) { $0 + $1.rows }
    let moving = tables.filter(\.isMoving).map { shown($0.text) }
    let unread = zip(tables, now).filter { $0.sum != nil && $1.sum == nil }.map { shown($0.0.text) }
    var evidence: [String] = []
    if !moving.isEmpty {
      evidence.append("changed while the backup was made, only counted: \(moving.prefix(8).joined(separator: ", "))")
    }
    if !unread.isEmpty { evidence.append("only counted: \(unread.prefix(8).joined(separator: ", "))") }
    let what =
      evidence.isEmpty
      ? "every row of \(Quantity.text(tables.count, "table")) is"
      : "\(Quantity.text(tables.count, "table")) with \(Quantity.text(Int(clamping: count), "row")) are"
    return ProofFindings.holds.finding(
      "\(what) as at the source (\(Quantity.text(Int(clamping: count), "row")))", evidence: evidence)
  }
}
