import Foundation
import ProofbackCore

extension RestoreRun {
  /// A proof that lies beside the backup is used without asking.
  func findProof(beside object: SourceObject, at source: any Source) async throws {
    let surroundings = sourceSurroundings
    let content: Data?
    do {
      content = try await control.untilStopped {
        try await source.companion(of: object, ending: Proof.ending, limit: Proof.longest, in: surroundings)
      }
    } catch let trouble as RunTrouble {
      guard control.stopped == nil else { throw trouble }
      ledger.add(ProofFindings.unreadable.finding("the proof can't be read: \(trouble.finding.message)"))
      return missProof()
    }
    guard let content else { return missProof() }
    guard let proof = try? JSONDecoder().decode(Proof.self, from: content), proof.version == Proof.currentVersion else {
      ledger.add(
        ProofFindings.unreadable.finding(
          "\(UntrustedText.line(object.name))\(Proof.ending) is no proof of this version"))
      return missProof()
    }
    if let finding = try judgeSeal(of: proof) { ledger.add(finding) }
    ledger.set(proof: proof)
  }

  private func missProof() {
    if secrets.proofKey != nil {
      ledger.add(ProofFindings.missing.finding("there is no proof beside the backup, and a key for its seal was given"))
    }
  }

  private func judgeSeal(of proof: Proof) throws -> Finding? {
    guard let held = secrets.proofKey else {
      return proof.seal.map {
        ProofFindings.unchecked.finding(
          "the proof's seal was not checked (\($0.kind.rawValue), key \(UntrustedText.line($0.keyID, limit: 40)))")
      } ?? ProofFindings.notSealed.finding("nobody sealed the proof beside the backup")
    }
    let key = try proofKey(held)
    guard key.holds(proof) else {
      throw BadBackup(
        ProofFindings.sealBroken,
        proof.seal == nil
          ? "the proof beside the backup has no seal" : "the proof beside the backup is not as it was sealed",
        evidence: [
          "key given: \(key.keyID)",
          "key of the seal: \(proof.seal.map { UntrustedText.line($0.keyID, limit: 40) } ?? "none")",
        ])
    }
    return ProofFindings.sealed.finding("the proof is as it was sealed with key \(key.keyID)")
  }

  private func proofKey(_ held: NamedSecret) throws -> ProofKey {
    do { return try ProofKey(held.content) } catch let problem {
      throw RunTrouble(
        RunFindings.internalError, "\(UntrustedText.line(held.name, limit: 100)) is no key of a proof: \(problem.fact)")
    }
  }

  /// What rows are measured with: for a baseline, for the proof, for checks.
  var measuring: Measuring? {
    let checksumKey = ledger.proof?.checksumKey
    let isAsked = specification.checks.contains { $0.question.needsMeasures }
    return (specification.profileKey ?? checksumKey ?? (isAsked ? answerKey : nil)).map {
      Measuring(key: $0, asOf: asOf, checksumKey: checksumKey)
    }
  }

  /// What the proof says without anything that came back: the file, and how its tool ended.
  func noteProof() {
    guard let proof = ledger.proof else { return }
    if let source = ledger.source, let sha256 = source.sha256, sha256 != proof.stream.sha256, ledger.layers.isEmpty {
      ledger.add(
        ProofFindings.otherFile.finding(
          "the file is not the one that the proof was made for",
          evidence: [
            "bytes: \(source.size ?? 0), in the proof \(proof.stream.bytes)", "SHA-256: \(sha256)",
            "in the proof: \(UntrustedText.line(proof.stream.sha256, limit: 64))",
          ]))
    }
    if let tool = proof.tool, tool.exitCode != 0 {
      ledger.add(
        ProofFindings.toolFailed.finding(
          "\(UntrustedText.line(tool.name, limit: 60)) ended with exit code \(tool.exitCode) when it made this backup",
          evidence: tool.messages.suffix(8).map { UntrustedText.line($0, limit: 300) }))
    }
  }

  /// What came back, held against the source.
  func holdAgainstProof(_ verification: Verification) {
    guard let proof = ledger.proof, control.stopped == nil else { return }
    noteProof()
    guard proof.checksumKey == nil || verification.profile != nil else {
      return ledger.add(
        ProofFindings.notCompared.finding(
          "backups of this kind are not measured: what came back was not held against the source"))
    }
    // Around the layers there is another file, and without tables nothing ties the proof to what came back.
    if proof.checksumKey == nil, !ledger.layers.isEmpty, ledger.source?.sha256 != proof.stream.sha256 {
      return ledger.add(
        ProofFindings.notCompared.finding(
          "the proof is of what went into \(ledger.layers.joined(separator: ", ")), and has no tables to hold against"))
    }
    let comparison = ProofComparison(
      proof, verification.profile ?? DatabaseProfile(), volatileTables: specification.volatileTables)
    let findings = comparison.findings()
    // One word of praise less where the file itself is another.
    for finding in findings where !ledger.hasFailed || finding.consequence != .none { ledger.add(finding) }
  }
}
