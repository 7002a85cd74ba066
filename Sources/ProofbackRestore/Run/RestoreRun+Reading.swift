import Foundation
import ProofbackCore
import ProofbackSystem

/// From the location to decoded bytes: locate, fetch, decrypt, decompress.
extension RestoreRun {
  var sourceSurroundings: SourceSurroundings {
    SourceSurroundings(keyFolder: folders.keys, secrets: secrets, allowedHosts: specification.allowedHosts)
  }

  func locate() async throws -> (any Source, SourceObject) {
    ledger.begin(.locate)
    defer { ledger.end(.locate) }
    let source = try SourceCatalogue.parse(specification.location)
    ledger.events.send(.log("location: \(source.understoodAs)"))
    let (pattern, surroundings) = (specification.filePattern, sourceSurroundings)
    let object = try await control.untilStopped { try await source.locate(pattern: pattern, in: surroundings) }
    ledger.set(source: object)
    if let chosen = SourceFindings.chosen(object) { ledger.add(chosen) }
    return (source, object)
  }

  func judgeAgeAndSize(of object: SourceObject) throws {
    if object.size == 0 { throw BadBackup(RunFindings.empty, "the file is empty (0 bytes)") }
    if let minimum = specification.minSizeBytes, let size = object.size, size < minimum {
      throw BadBackup(
        RunFindings.tooSmall,
        "the backup has \(Quantity.text(bytes: size)), less than the \(Quantity.text(bytes: minimum)) demanded")
    }
    guard let limit = specification.maxAgeSeconds else { return }
    guard let modified = object.modified else {
      throw RunTrouble(RunFindings.ageUnknown, "the location does not tell how old the file is")
    }
    let age = (specification.asOf ?? Date()).timeIntervalSince(modified)
    if age > limit {
      throw BadBackup(
        RunFindings.tooOld,
        "the newest backup is \(Quantity.text(seconds: age)) old, more than the \(Quantity.text(seconds: limit)) allowed"
      )
    }
  }

  func fetch(_ object: SourceObject, from source: any Source) async throws -> Fetch {
    ledger.begin(.fetch)
    let surroundings = sourceSurroundings
    let stream = try await control.untilStopped { try await source.open(object, in: surroundings) }
    let fetch = try Fetch(stream, damage: damage(at: .stored), effect: damageTook) { [ledger] bytes in
      ledger.progress(.fetch, bytes: bytes, total: object.size)
    }
    holdings.hold(fetch)
    await control.onStop { [holdings] in await holdings.abortReading() }
    return fetch
  }

  func damage(at place: Damage.Place) -> Damage? { specification.damage.flatMap { $0.place == place ? $0 : nil } }

  /// A damage that found nothing to be done to is no damage: a drill must know.
  func noteDamage() {
    guard specification.damage != nil, !damageTook.isSet, !ledger.isDecided else { return }
    ledger.add(DrillFindings.withoutEffect.finding("there is nothing in the backup that the damage could be done to"))
  }

  func decode(_ fetch: Fetch) async throws -> DecodedBackup {
    ledger.begin(.decrypt)
    ledger.begin(.decompress)
    let engines = plugins.engines
    var surroundings = DecodingSurroundings(
      keyFolder: folders.keys, secrets: secrets, user: Self.decoderUser, now: specification.asOf ?? Date(),
      mostLayers: { name in engines.lazy.compactMap { $0.mostLayers(ofMember: name) }.first })
    surroundings.policy = specification.encryption ?? EncryptionPolicy()
    surroundings.opensslCipher = specification.opensslCipher
    surroundings.hashesLayers = ledger.proof != nil
    surroundings.recognise = { head in
      let said = engines.lazy.compactMap { $0.recognise(ContentHead(bytes: head, memberNames: nil, fileName: "")) }
      return said.first(where: \.isCertain) ?? said.first
    }
    let decoding = surroundings
    let backup = try await DecodingChain.open(fetch.output, surroundings: decoding) { [ledger] stage, bytes in
      ledger.progress(stage, bytes: bytes)
    }
    holdings.hold(backup)
    ledger.set(layers: backup.layers.map(\.name))
    return backup
  }

  /// Decoders run as nobody's user: neither root nor the sandbox's.
  private static let decoderUser: UInt32 = TaskPlace.current == nil ? 65534 : TaskPlace.decoderUser

  /// Waits for fetch and decoders to end and writes down what they found, the outermost first.
  func closeReading(_ fetch: Fetch, _ backup: DecodedBackup) async {
    let (result, finding) = await fetch.finish()
    if let result, result.complete { ledger.set(sha256: result.sha256) }
    if let finding { ledger.add(finding) }
    ledger.end(.fetch)
    ledger.add(await backup.finish(), cut: control.stopped != nil)
    ledger.set(digests: backup.digests)
    let present = Set(backup.layers.map(\.stage))
    for stage in [Stage.decrypt, .decompress] {
      if present.contains(stage) { ledger.end(stage) } else { ledger.leaveOut(stage) }
    }
  }
}
