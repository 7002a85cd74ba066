import ProofbackCore

/// What the schema defines, held against the source's.
struct ProofObjects {
  let proof: Proof
  let profile: DatabaseProfile
  /// What a dump tool writes only when it is asked to.
  let options: [DumpOption]
  /// Whether a table, by its name, is missing itself or need not be compared.
  let isPassedOver: (String) -> Bool
  private static let most = 8
  func findings() -> [Finding] {
    let there = Dictionary(profile.objects.map { (Self.id($0), $0) }, uniquingKeysWith: { first, _ in first })
    let objects = proof.objects.filter { $0.kind != "table" && !($0.table.map(isPassedOver) ?? false) }
    let missing = objects.filter { there[Self.id($0)] == nil }
    let leftOut = options.compactMap { self.leftOut($0, objects, missing) }
    let kinds = leftOut.reduce(into: Set<String>()) { $0.formUnion($1.kinds) }
    return leftOut.map(\.finding) + others(missing.filter { !kinds.contains($0.kind) })
      + changed(objects, there)
  }

  private static func id(_ object: ProofObject) -> String { "\(object.kind) \(object.name)" }
  private static func id(_ object: SchemaObject) -> String { "\(object.kind) \(object.name)" }
  private func shown(_ text: String) -> String { UntrustedText.line(text, limit: 160) }

  private func names(_ objects: [ProofObject]) -> [String] { objects.map { shown(Self.id($0)) }.sorted() }

  /// None of the kinds that an option is for came back.
  private func leftOut(
    _ option: DumpOption, _ all: [ProofObject], _ missing: [ProofObject]
  ) -> (kinds: Set<String>, finding: Finding)? {
    let wanted = all.filter { option.kinds.contains($0.kind) }
    let gone = missing.filter { option.kinds.contains($0.kind) }
    let wasAsked = isKnownTool ? option.isAsked(by: proof.tool?.arguments ?? []) : nil
    guard !gone.isEmpty, gone.count == wanted.count, !(wasAsked ?? option.isUsual) else { return nil }
    let counts = Dictionary(grouping: gone, by: \.kind).sorted { $0.key < $1.key }
      .map { Quantity.text($0.value.count, shown($0.key)) }.joined(separator: " and ")
    let tool = wasAsked == nil ? "the tool" : shown(proof.tool?.name ?? "")
    let how = option.isUsual ? "with \(option.off.first ?? "")" : "without \(option.option)"
    let pattern = "--leave-out '\(option.kinds.sorted().first ?? "") *'"
    return (
      option.kinds,
      ProofFindings.kindLeftOut.finding(
        wasAsked == nil
          ? "none of the source's \(counts) came back, as of a dump \(how)"
          : "none of the source's \(counts) came back: \(tool) was run \(how)",
        evidence: Array(names(gone).prefix(20)),
        hint: (option.isUsual
          ? "take \(option.off.first ?? "") out of the dump's options" : "add \(option.option) to the dump's options")
          + "; what is not meant to be in the backup: proofback stamp \(pattern)")
    )
  }

  private var isKnownTool: Bool { proof.tool.map { ToolText.isTool($0.name) } ?? false }

  private func others(_ missing: [ProofObject]) -> [Finding] {
    Dictionary(grouping: missing, by: { shown($0.kind) }).sorted { $0.key < $1.key }.prefix(Self.most).map {
      kind, objects in
      let names = objects.map { shown($0.name) }.sorted()
      let option = options.first { $0.kinds.contains(kind) }.map {
        "look at the dump's options (\($0.option)) and at the rights of its user; "
          + "what is not meant to be in it: proofback stamp --leave-out '\(kind) *'"
      }
      return ProofFindings.objectMissing.finding(
        "\(Quantity.text(objects.count, kind)) of the source did not come back: \(names.prefix(3).joined(separator: ", "))\(names.count > 3 ? " …" : "")",
        evidence: names.prefix(20).map { "\(kind) \($0)" }, hint: option)
    }
  }

  /// Definitions that say other things; only where both sides word the same things alike.
  private func changed(_ objects: [ProofObject], _ there: [String: SchemaObject]) -> [Finding] {
    guard proof.describedBy == profile.describedBy, proof.series == profile.series else { return [] }
    var differ: [String] = []
    var reworded: [String] = []
    for object in objects {
      guard let there = there[Self.id(object)], object.isMoving != true else { continue }
      let (before, now) = (object.definition ?? [:], ProofDefinition.of(there.definition) ?? [:])
      for part in Set(before.keys).union(now.keys).sorted() where before[part] != now[part] {
        let told = ProofDefinition.told(part, before[part], now[part])
        let line = "\(shown(Self.id(object))): \(shown(part))\(told.isEmpty ? " is another than at the source" : told)"
        if ProofDefinition.isStructure(part) { differ.append(line) } else { reworded.append(line) }
      }
    }
    return [(differ, ProofFindings.definitionDiffers), (reworded, ProofFindings.definitionReads)].compactMap {
      lines, definition in
      guard let first = lines.first else { return nil }
      let more = lines.count > 1 ? ", and \(lines.count - 1) more" : ""
      return definition.finding("\(first)\(more)", evidence: lines.count > 1 ? Array(lines.prefix(20)) : [])
    }
  }
}

extension DumpOption {
  /// Whether a command line asked for what the option is for.
  func isAsked(by arguments: [String]) -> Bool {
    let last = arguments.last { ([option] + same + off).contains($0) }
    return last.map { !off.contains($0) } ?? isUsual
  }
}
