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
      // Without the proof a backup that must have one can't be told.
      guard control.stopped == nil, secrets.proofKey == nil else { throw trouble }
      return ledger.add(ProofFindings.unreadable.finding("the proof can't be read: \(trouble.finding.message)"))
    } catch let oversized as OversizedCompanion {
      let limit = Quantity.text(bytes: UInt64(Proof.longest))
      return refuse(ProofReading.malformed(oversized.name, "it has more than \(limit)"))
    }
    guard let content else {
      if secrets.proofKey != nil {
        ledger.add(
          ProofFindings.missing.finding("there is no proof beside the backup, and a key for its seal was given"))
      }
      return
    }
    do {
      let proof = try ProofReading.read(content, name: "\(UntrustedText.line(object.name))\(Proof.ending)")
      if let finding = try judgeSeal(of: proof) { ledger.add(finding) }
      ledger.set(proof: proof)
    } catch let refusal as ProofReading.Refusal {
      refuse(refusal)
    }
  }

  private func refuse(_ refusal: ProofReading.Refusal) {
    ledger.add(refusal.finding)
    if secrets.proofKey != nil {
      ledger.add(
        ProofFindings.missing.finding(
          "what lies beside the backup is no proof, and a key for its seal was given",
          evidence: [refusal.finding.message]))
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
  /// - Returns: nil without a proof.
  @discardableResult
  func noteProof() -> ProofFile? {
    guard let proof = ledger.proof else { return nil }
    let file = ProofFile(
      proof.stream, source: ledger.source, digests: ledger.digests, layers: ledger.layers)
    if case .other(let evidence) = file {
      ledger.add(ProofFindings.otherFile.finding("the proof beside the backup is of another file", evidence: evidence))
    } else if let tool = proof.tool, tool.exitCode != 0 {
      ledger.add(
        ProofFindings.toolFailed.finding(
          "\(UntrustedText.line(tool.name, limit: 60)) ended with exit code \(tool.exitCode) when it made this backup",
          evidence: tool.messages.suffix(8).map { UntrustedText.line($0, limit: 300) }))
    }
    return file
  }

  /// What came back, held against the source.
  func holdAgainstProof(_ verification: Verification) {
    guard let proof = ledger.proof, control.stopped == nil, let file = noteProof() else { return }
    // What another backup's source had says nothing of this one.
    if case .other = file { return }
    guard proof.checksumKey == nil || verification.profile != nil else {
      return ledger.add(
        ProofFindings.notCompared.finding(
          "backups of this kind are not measured: what came back was not held against the source"))
    }
    // Without tables nothing but the bytes ties the proof to what came back.
    if proof.checksumKey == nil, file == .unknown {
      return ledger.add(
        ProofFindings.notCompared.finding(
          "the proof is of what went into \(ledger.layers.joined(separator: ", ")), and has no tables to hold against"))
    }
    let inventory = verification.inventory
    let comparison = ProofComparison(
      proof, verification.profile ?? DatabaseProfile(),
      .init(
        volatileTables: specification.volatileTables, dumpOptions: verification.dumpOptions, asOf: asOf,
        fileText: file.text, tableWord: inventory.tableWord, rowWord: inventory.rowWord))
    let findings = comparison.findings()
    // One word of praise less where something else is bad.
    for finding in findings where !ledger.hasFailed || finding.consequence != .none { ledger.add(finding) }
  }
}
