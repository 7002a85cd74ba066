public import ProofbackCore

/// From findings to verdict: failed wins over inconclusive, inconclusive over passed; the first finding that decides,
/// in the order of the stages, is the one cause.
public struct Judgement: Sendable {
  public let verdict: Verdict
  public let cause: Finding?
  public let sentence: String
  /// The cause first, then failed, skipped, warnings, ok.
  public let findings: [Finding]

  /// - Parameter stopped: why we ended the run ourselves, if we did: then whatever a cut stream shows too says nothing.
  public init(findings: [Finding], inventory: Inventory?, depth: Depth, stopped: Finding?) {
    let findings = findings + [stopped].compactMap(\.self).filter { !findings.contains($0) }
    let cutByUs = stopped != nil || findings.contains { FindingCatalogue.cutsBytes($0.code) }
    let telling = findings.filter { finding in
      guard cutByUs, finding.consequence == .failed else { return true }
      return FindingCatalogue.definition(of: finding.code)?.holdsWhenCut ?? false
    }
    // What broke because we ended the run is no cause: why we ended it is.
    let decisive =
      telling.first { $0.consequence == .failed } ?? stopped ?? telling.first { $0.consequence == .inconclusive }
    cause = decisive
    switch decisive?.consequence {
    case .failed: verdict = .failed
    case .inconclusive: verdict = .inconclusive
    default: verdict = inventory == nil ? .inconclusive : .passed
    }
    sentence = Self.sentence(verdict, cause: decisive, inventory: inventory, depth: depth)
    let order: [Consequence] = [.failed, .inconclusive, .warning, .none]
    let sorted = order.flatMap { kind in telling.filter { $0.consequence == kind } }
    self.findings = (decisive.map { [$0] } ?? []) + sorted.filter { $0 != decisive }
  }

  private static func sentence(_ verdict: Verdict, cause: Finding?, inventory: Inventory?, depth: Depth) -> String {
    switch verdict {
    case .failed: "this backup can't be trusted: \(cause?.message ?? "")"
    case .inconclusive: "could not tell: \(cause?.message ?? "the run ended before anything was verified")"
    case .passed: passed(inventory ?? Inventory(), depth)
    }
  }

  private static func passed(_ inventory: Inventory, _ depth: Depth) -> String {
    let what = Quantity.text(inventory.tables.count, inventory.tableWord)
    let rows = Quantity.text(Int(clamping: inventory.rowsRead), inventory.rowWord)
    let were = inventory.rowsRead == 1 ? "was" : "were"
    return switch depth {
    case .full: "this backup was restored: \(what) with \(rows) came back and were read"
    case .sampled where inventory.tables.contains { $0.sampledRows != nil }:
      "this backup was restored and sampled: \(what) came back, of which \(rows) \(were) read, not all"
    case .sampled: "this backup was restored and sampled: \(what) with \(rows) came back, small enough to be read whole"
    }
  }
}
