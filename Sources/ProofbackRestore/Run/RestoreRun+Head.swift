import Foundation
public import ProofbackCore

/// What is known of a backup by its first bytes, for whoever decides whether a machine is worth its price. The bytes themselves
/// are neither kept nor told to anybody: those of a plain dump are somebody's data.
extension RestoreRun {
  /// A tar's first block, or session keys of a message and the beginning of what they open.
  private static let headLength = 1024

  /// Carries out a run whose goal is to locate the backup, or to look at it.
  public func look() async -> BackupLook {
    let report = await carryOut()
    return BackupLook(report: report, head: ledger.head)
  }

  /// Writes down what the head says, and what it makes certain. What can't be read is the run's to explain.
  func lookAtHead(of object: SourceObject, at source: any Source) async {
    let surroundings = sourceSurroundings
    let bytes = try? await control.untilStopped {
      try await source.beginning(of: object, limit: Self.headLength, in: surroundings)
    }
    guard let bytes, !bytes.isEmpty else { return }
    let content = ContentHead(bytes: bytes, fileName: object.name)
    var head = BackupHead(packing: packing(content))
    if let end = end(content, object), await hasNoProof(object, source) {
      head.ends = end.code
      ledger.add(end)
    }
    ledger.set(head: head)
  }

  private func packing(_ content: ContentHead) -> BackupHead.Packing {
    if let decoder = DecoderCatalogue.decoder(for: content.bytes) {
      return .layer(decoder.name, states: decoder.statedSize(content.bytes))
    }
    return isKnown(content) && ContentGuess.isText(content.bytes) ? .text : .unknown
  }

  private func isKnown(_ content: ContentHead) -> Bool { plugins.engines.contains { $0.recognise(content) != nil } }

  /// What a restore ends with for certain, all by what it says itself; nil: it has to be tried.
  private func end(_ content: ContentHead, _ object: SourceObject) -> Finding? {
    // Otherwise than as is demanded it is bad for that.
    if specification.encryption?.demandsEncryption == true { return nil }
    if let decoder = DecoderCatalogue.decoder(for: content.bytes) {
      let holdsKeys = !secrets.decryptionKeys.isEmpty || secrets.passphrase != nil
      return holdsKeys ? nil : decoder.withoutKeys(content.bytes)
    }
    // Engines know some backups by what comes later.
    guard object.size == UInt64(content.bytes.count), !TarHead.begins(content.bytes), !isKnown(content) else {
      return nil
    }
    if let type = specification.type, !plugins.engines.contains(where: { $0.types.contains(type) }) { return nil }
    let error = ContentGuess.trouble(content, wanted: specification.type)
    return (error as? BadBackup)?.finding ?? (error as? RunTrouble)?.finding
  }

  /// A proof beside the backup may say more, and worse.
  private func hasNoProof(_ object: SourceObject, _ source: any Source) async -> Bool {
    guard secrets.proofKey == nil else { return false }
    let surroundings = sourceSurroundings
    do {
      return try await control.untilStopped {
        try await source.companion(of: object, ending: Proof.ending, limit: Proof.longest, in: surroundings)
      } == nil
    } catch {
      return false
    }
  }
}
