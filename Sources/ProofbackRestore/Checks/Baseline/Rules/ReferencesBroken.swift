import ProofbackCore

/// Sees rows that refer to rows of another table that are not there, declared or not, where none did before: tables that
/// were dumped at different times. Outside of the corpus: a dump of each table by a job of its own, an hour apart.
struct ReferencesBroken: BaselineRule {
  func findings(_ context: BaselineContext) -> [Finding] {
    let tables = Dictionary(context.profile.tables.map { ($0.text, $0) }, uniquingKeysWith: { first, _ in first })
    return context.before.references.compactMap { reference in
      guard let child = tables[reference.table], let parent = tables[reference.parent],
        !context.isVolatile(child), !context.isVolatile(parent),
        let share = References.orphanShare(reference, child, parent), share.orphans >= 2,
        share.share > context.tolerance(.orphans)
      else { return nil }
      return BaselineFindings.referencesBroken.finding(
        "about \(Share.text(share.share)) of the values in \(UntrustedText.line(reference.table)).\(UntrustedText.line(reference.column)) are not in \(UntrustedText.line(reference.parent)).\(UntrustedText.line(reference.parentColumn)), where all were",
        evidence: [context.evidence(.orphans)])
    }
  }
}
