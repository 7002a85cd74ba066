import ProofbackCore

/// Sees indexes, constraints and programs that vanished. Outside of the corpus: a dump by an account without the right to see
/// triggers, which leaves them out without a word.
struct ObjectsMissing: BaselineRule {
  func findings(_ context: BaselineContext) -> [Finding] {
    if context.profile.isPart == true { return [] }
    let now = Set(context.profile.objects.map { "\($0.kind) \($0.name)" })
    let tables = Set(context.profile.tables.map(\.text))
    let missing = context.before.objects.filter { object in
      // Of a table that is gone, the table is the news.
      !now.contains("\(object.kind) \(object.name)") && object.kind != "table"
        && object.table.map(tables.contains) ?? true
    }
    guard !missing.isEmpty else { return [] }
    let names = missing.map { "\($0.kind) \($0.name)" }
    // Another DBMS at the source has not all that the one before had.
    let hasMoved = context.before.dumpedFrom != context.profile.dumpedFrom
    let definition = hasMoved ? BaselineFindings.objectMissingMoved : BaselineFindings.objectMissing
    return [
      definition.finding(
        "\(TablesMissing.names(names)) of earlier runs did not come back",
        evidence: names.prefix(20).map { UntrustedText.line($0) } + ["held against the run of \(context.runText)"])
    ]
  }
}

/// Sees definitions that say other things: lost safeguards fail, other changes are told. Outside of the corpus: a restore by
/// a tool that makes plain keys of unique ones, to be faster.
struct ObjectsChanged: BaselineRule {
  func findings(_ context: BaselineContext) -> [Finding] {
    // Another version of the DBMS words the same things differently.
    guard context.before.describedBy == context.profile.describedBy else { return [] }
    let now = Dictionary(
      context.profile.objects.map { ("\($0.kind) \($0.name)", $0) }, uniquingKeysWith: { first, _ in first })
    var lost: [String] = []
    var changed: [String] = []
    for object in context.before.objects {
      guard let there = now["\(object.kind) \(object.name)"] else { continue }
      for (part, before) in object.definition.sorted(by: { $0.key < $1.key }) {
        guard let text = there.definition[part] ?? Optional(""), text != before else { continue }
        let isSafeguard = [SchemaObject.unique, "auto increment"].contains(part) && before == "yes"
        let what = "\(object.kind) \(object.name): \(Self.told(part, before, text))"
        if isSafeguard { lost.append(what) } else { changed.append(what) }
      }
    }
    return [(lost, BaselineFindings.safeguardLost), (changed, BaselineFindings.objectChanged)].compactMap {
      list, definition in
      guard let first = list.first else { return nil }
      return definition.finding(
        UntrustedText.line(first, limit: 300) + (list.count > 1 ? ", and \(list.count - 1) more" : ""),
        evidence: list.prefix(20).map { UntrustedText.line($0, limit: 300) })
    }
  }

  private static func told(_ part: String, _ before: String, _ now: String) -> String {
    if part == SchemaObject.body { return "says something else" }
    if part == SchemaObject.enabled { return now == "yes" ? "is enabled" : "is disabled" }
    if before == "yes", now == "no" { return "is no longer \(part)" }
    return "\(part) was \(before.isEmpty ? "none" : before), is \(now.isEmpty ? "none" : now)"
  }
}

/// Sees values that became another type where a table does not fix one. Outside of the corpus: a pipeline that writes
/// documents through a spreadsheet.
struct TypesChanged: TableRule {
  func findings(_ table: TablePair, _ context: BaselineContext) -> [Finding] {
    // A declared type that changed is a change of the schema.
    let declared = Set(context.before.objects.filter { $0.kind == "column" }.compactMap(\.table))
    guard !declared.contains(table.before.text), table.before.rows >= 5 else { return [] }
    let changed = table.columns.filter { column in
      column.before.kind != column.now.kind && column.now.kind == .text && column.before.values >= 5
    }
    guard let first = changed.first else { return [] }
    return [
      BaselineFindings.typesChanged.finding(
        "\(table.name).\(first.name) holds texts, it held values of the kind \(first.before.kind.rawValue)\(changed.count > 1 ? "; so do \(changed.count - 1) more" : "")",
        evidence: ["held against the run of \(context.runText)"])
    ]
  }
}

/// Tells what is new, and warns of what runs by itself. Outside of the corpus: a trigger that copies card numbers, left behind
/// by whoever had broken in.
struct ObjectsNew: BaselineRule {
  private static let programs: Set<String> = ["trigger", "procedure", "function", "event", "event trigger", "rule"]

  func findings(_ context: BaselineContext) -> [Finding] {
    let before = Set(context.before.objects.map { "\($0.kind) \($0.name)" })
    let new = context.profile.objects.filter { !before.contains("\($0.kind) \($0.name)") }
    let programs = new.filter { Self.programs.contains($0.kind) }
    let others = new.filter { !Self.programs.contains($0.kind) }
    return [(programs, BaselineFindings.programNew), (others, BaselineFindings.objectsNew)].compactMap {
      list, definition in
      guard !list.isEmpty, !before.isEmpty else { return nil }
      let names = list.map { "\($0.kind) \($0.name)" }
      return definition.finding(
        "new since the run of \(context.runText): \(TablesMissing.names(names))",
        evidence: names.prefix(20).map { UntrustedText.line($0) })
    }
  }
}
