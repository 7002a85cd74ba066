import ProofbackCore

/// Which image the backup is restored into, and why.
extension RestoreRun {
  func chooseImage(for chosen: ChosenEngine) throws -> String {
    let needs = chosen.engine.needs(chosen.head, as: chosen.type)
    let said = Self.words(needs)
    let features = needs.features.isEmpty ? [] : ["it names \(needs.features.joined(separator: ", "))"]
    if let named = specification.image {
      ledger.add(
        SandboxFindings.chosen.finding(
          "restored into the image \(UntrustedText.line(named, limit: 200)), which is named for it; \(said)",
          evidence: features))
      return named
    }
    guard let (image, rule) = specification.images.image(for: needs) else {
      throw RunTrouble(
        SandboxFindings.noRule, "no rule of the image table fits; \(said)",
        evidence: specification.images.rules.prefix(20).map(\.text))
    }
    ledger.add(
      SandboxFindings.chosen.finding(
        "restored into the image \(image), by the rule `\(rule.text)`; \(said)", evidence: features))
    return image
  }

  private static func words(_ needs: BackupNeeds) -> String {
    guard let version = needs.version, let source = needs.source else {
      return "the backup does not say which version of \(needs.type) it is of"
    }
    return "\(source) says \(UntrustedText.line(version, limit: 60))"
  }
}
