import Foundation
import ProofbackCore
import ProofbackSystem

/// From decoded bytes to a proven restore: engine, sandbox, import, verify, destroy.
extension RestoreRun {
  /// An engine and what it takes the bytes for.
  struct ChosenEngine {
    var engine: any Engine
    var recognition: Recognition
    var type: DatabaseType
    var head: ContentHead
    var content: BackupContent
  }

  /// What the engines will read, and its head. A tar's first file that an engine knows tells what the folder is.
  private func open(_ backup: DecodedBackup) async throws -> (BackupContent, ContentHead) {
    let fileName = ledger.source?.name ?? "backup"
    let content = backup.content(damage(at: .content), effect: damageTook)
    guard case .folder(let members) = content else {
      return (content, ContentHead(bytes: backup.head, fileName: fileName))
    }
    let engines = plugins.engines
    let folder = try await Blocking.run("tar") {
      try FolderContent(members) { head, names in
        let content = ContentHead(bytes: head, memberNames: names, fileName: fileName)
        return engines.compactMap { engine in
          engine.recognise(content).map { FolderContent.Kind(name: engine.name, isCertain: $0.isCertain) }
        }
      }
    }
    return (.folder(folder), ContentHead(bytes: folder.head, memberNames: folder.names, fileName: fileName))
  }

  func recognise(_ fetch: Fetch, _ backup: DecodedBackup) async throws -> ChosenEngine {
    let (content, head) = try await open(backup)
    if let type = specification.type, !plugins.engines.contains(where: { $0.types.contains(type) }) {
      throw RunTrouble(RunFindings.unknownType, "no engine serves the type \(UntrustedText.line(type.rawValue))")
    }
    let candidates = plugins.engines.compactMap { engine in engine.recognise(head).map { (engine, $0) } }
    guard let (engine, recognition) = candidates.first(where: \.1.isCertain) ?? candidates.first else {
      await drain(backup)
      await closeReading(fetch, backup)
      noteFolder(content)
      // A layer that could not be opened, or a lost link, explains why nothing is recognised.
      if ledger.isDecided { throw AlreadyDecided() }
      throw ContentGuess.trouble(head, wanted: specification.type)
    }
    let names = backup.layers.map(\.name) + (head.memberNames == nil ? [] : ["tar"] + backup.memberLayers.names)
    ledger.set(layers: names)
    let layers = names.isEmpty ? "" : ", inside " + names.joined(separator: ", ")
    ledger.add(RunFindings.recognised.finding("the bytes are \(recognition.format)\(layers)"))
    let allowed = [recognition.type] + recognition.alternatives
    if let type = specification.type, !allowed.contains(type) {
      throw BadBackup(
        RunFindings.otherType, "the bytes are \(recognition.format), type \(recognition.type), not type \(type)")
    }
    return ChosenEngine(
      engine: engine, recognition: recognition, type: specification.type ?? recognition.type, head: head,
      content: content)
  }

  /// Closes what nobody will read. A short stream is read to its end before: closing it early would end the decoders,
  /// and why little or nothing came out of them is the cause.
  private func drain(_ backup: DecodedBackup) async {
    let output = backup.output
    let isShort = backup.head.count < ContentHead.limit
    try? await Blocking.run("drain") {
      defer { try? output.close() }
      guard isShort else { return }
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: ContentHead.limit, alignment: 16)
      defer { buffer.deallocate() }
      while try output.readSome(into: buffer) > 0 {}
    }
  }

  func makeSandbox(for chosen: ChosenEngine) async throws -> any Sandbox {
    let kind = try sandboxKind(for: chosen.engine)
    if !kind.usesImages { try await askForServer(chosen) }
    let image = kind.usesImages ? try chooseImage(for: chosen) : nil
    ledger.sandboxBegins()
    let sandbox = try await kind.make(
      SandboxRequest(
        runID: specification.runID, runFolder: folders.run, limits: specification.limits, image: image,
        lifetime: specification.limits.seconds + (specification.keepSeconds ?? 0) + 600))
    holdings.hold(sandbox)
    ledger.set(sandbox: sandbox.used)
    for weakness in sandbox.weaknesses { ledger.add(weakness) }
    control.probeLimits { sandbox.limitReached(now: $0) }
    await control.onStop { await sandbox.destroy() }
    return sandbox
  }

  private func sandboxKind(for engine: any Engine) throws -> any SandboxKind {
    guard let kind = plugins.sandboxes.first(where: { $0.name == specification.sandbox }) else {
      throw RunTrouble(
        RunFindings.unknownSandbox, "no sandbox of kind \(UntrustedText.line(specification.sandbox)) exists here")
    }
    guard engine.needsNoServer, !kind.runsProgramsWithoutServer else { return kind }
    return plugins.sandboxes.first { !$0.usesImages } ?? kind
  }

  private func askForServer(_ chosen: ChosenEngine) async throws {
    // Asks programs for their versions.
    let readiness = try await Blocking.run("readiness") { chosen.engine.readiness(for: chosen.type) }
    if readiness.server == nil {
      throw RunTrouble(
        RunFindings.serverMissing,
        "no server for \(chosen.recognition.format) is installed here (missing: \(readiness.missing.joined(separator: ", ")))",
        hint:
          "install it: \(readiness.remedy); or restore into a container (--sandbox docker; on pages under Where it is restored)"
      )
    }
  }

  func start(_ chosen: ChosenEngine, in sandbox: any Sandbox) async throws -> any EngineSession {
    var work = EngineWork(
      type: chosen.type, recognition: chosen.recognition, sandbox: sandbox, limits: specification.limits,
      options: specification.engineOptions, head: chosen.head, templates: folders.templates, events: ledger.events,
      measuring: measuring,
      onImported: { [ledger] bytes in ledger.progress(.import, bytes: bytes) })
    work.volatileTables = specification.volatileTables
    let session = chosen.engine.session(work)
    holdings.hold(session)
    // Another run may be preparing the same template.
    ledger.set(engine: try await control.untilStopped { try await session.start() })
    ledger.sandboxIsReady()
    ledger.begin(.import)
    return session
  }

  func restore(
    _ content: BackupContent, _ fetch: Fetch, _ backup: DecodedBackup, with session: any EngineSession
  ) async throws {
    let imported: Result<[Finding], any Error>
    do { imported = .success(try await session.restore(content)) } catch { imported = .failure(error) }
    try? backup.output.close()
    await closeReading(fetch, backup)
    noteFolder(content)
    await control.noticeLimit()
    ledger.add(try imported.get(), cut: control.stopped != nil)
    ledger.end(.import)
    if let limit = control.stopped { throw RunTrouble(RunFindings.cancelled, limit.message) }
  }

  /// What the tar itself says comes before what is missing from it.
  private func noteFolder(_ content: BackupContent) {
    guard case .folder(let members) = content else { return }
    ledger.add(members.findings, cut: control.stopped != nil)
    if let stranger = (members as? FolderContent)?.stranger {
      ledger.add(
        RunFindings.mixed.finding(
          "\(UntrustedText.line(stranger.name, limit: 120)) in the tar is a backup of another type (\(stranger.kind)), which was not tested"
        ))
    }
  }

  /// What came back is read unless the run has its cause already: after an import that stopped on the way, what is
  /// missing says nothing more of the backup, and after one that stopped for want of the right server nothing at all.
  func verify(_ session: any EngineSession) async throws {
    if ledger.isDecided {
      noteProof()
      return
    }
    ledger.begin(.verify)
    defer { ledger.end(.verify) }
    let verification = try await session.verify(specification.depth)
    await control.noticeLimit()
    ledger.set(inventory: verification.inventory)
    ledger.add(verification.findings, cut: control.stopped != nil)
    holdAgainstProof(verification)
    holdAgainstBaseline(verification)
    try await askChecks(session, verification)
    noteWhatIsNotShown()
  }

  /// `--keep`: leaves the sandbox open for a person, until the time is over or the run is cancelled.
  func holdOpen(_ session: any EngineSession) async {
    guard let seconds = specification.keepSeconds, control.stopped == nil else { return }
    let until = Date().addingTimeInterval(seconds)
    ledger.events.send(.heldOpen(how: session.lookInside, until: until))
    await control.hold(seconds: seconds)
  }

  func destroy() async {
    ledger.begin(.destroy)
    await holdings.letGo()
    ledger.end(.destroy)
  }
}
