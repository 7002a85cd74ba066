import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Backups of the server's own files, in the order in which a person restores them: unpack, decompress, prepare, look at
/// the pages, start.
extension MySQLSession {
  var isPhysical: Bool { PhysicalRecogniser.recognise(work.head) != nil }
  /// Set once the server runs on the backup's files.
  var physical: PhysicalContents? { state.withLock { $0.physical } }

  func restorePhysical(_ content: BackupContent) async throws -> [Finding] {
    let (contents, unpacking) = try await unpack(content)
    // What is wrong with tar or stream explains whatever is missing.
    if unpacking.contains(where: { $0.consequence != .none && $0.consequence != .warning }) { return unpacking }
    let judgement = PhysicalJudgement(contents: try await decompressed(contents))
    if let obstacle = try judgement.obstacle() { return unpacking + [obstacle] }
    let damage = judgement.damage()
    if !damage.isEmpty { return unpacking + damage }
    let programs = try await programs(for: judgement.contents)
    do {
      let restored = try await bringUp(judgement.contents, programs)
      return unpacking + judgement.notes() + restored
    } catch let bad as BadBackup {
      // Its pages are looked at before anything else is said of it.
      let pages = try await checkTablespaces(judgement.contents, isWhole: false)
      if pages.contains(where: { $0.consequence == .failed }) { return unpacking + pages }
      if judgement.facts.usesKeys {
        throw RunTrouble(
          PhysicalFindings.encrypted,
          "the source's server has keys for tables, which are not here: \(bad.finding.message)",
          evidence: bad.finding.evidence)
      }
      if let reservation = try versionReservation(judgement.contents, programs, bad) { throw reservation }
      throw bad
    }
  }

  /// Where the backup's files lie in the sandbox.
  func dataFolder(_ contents: PhysicalContents) -> String {
    let root = contents.root.hasSuffix("/") ? String(contents.root.dropLast()) : contents.root
    return root.isEmpty ? work.sandbox.data.inside.string : "\(work.sandbox.data.inside)/\(root)"
  }

  private func bringUp(_ contents: PhysicalContents, _ programs: MySQLPrograms) async throws -> [Finding] {
    if contents.isTools {
      try await prepare(contents, programs)
      let pages = try await checkTablespaces(contents)
      if pages.contains(where: { $0.consequence == .failed }) { return pages }
      try await serve(contents, programs)
      return pages
    }
    // A copy of a running server's folder: the server itself recovers it, and may mend pages that were half written.
    try await recover(contents, programs)
    await state.withLock { $0.started?.server }?.stop(within: 300)
    let pages = try await checkTablespaces(contents)
    if pages.contains(where: { $0.consequence == .failed }) { return pages }
    try await serve(contents, programs)
    return pages
  }

  /// Transactions that were prepared and not committed wait for the source's binary log, which our server does not
  /// write: it won't start before they are rolled back, and ends when that is done (MariaDB, log.cc, using_heuristic_recover).
  private func recover(_ contents: PhysicalContents, _ programs: MySQLPrograms) async throws {
    do { try await serve(contents, programs, ["--innodb-fast-shutdown=1"]) } catch let bad as BadBackup {
      guard (try? await serve(contents, programs, ["--tc-heuristic-recover=ROLLBACK"])) == nil else { return }
      do { try await serve(contents, programs, ["--innodb-fast-shutdown=1"]) } catch is BadBackup { throw bad }
    }
  }

  // MARK: The server

  /// Our server and tools for the backup, or why there are none.
  private func programs(for contents: PhysicalContents) async throws -> MySQLPrograms {
    let flavour = contents.flavour
    let from =
      "\(flavour?.title ?? "MySQL or MariaDB") \(UntrustedText.line(contents.facts.serverVersion ?? "of unknown version", limit: 60))"
    let system = work.sandbox.system
    guard let programs = await MySQLPrograms.installed(for: flavour, in: system),
      flavour == nil || programs.flavour == flavour
    else {
      throw RunTrouble(
        PhysicalFindings.otherVersion,
        "the backup holds files of \(from), and no \(flavour?.title ?? "server") server is \(system.place)",
        hint: "test it where \(from) is installed, with \(flavour == .mysql ? "percona-xtrabackup" : "mariadb-backup")")
    }
    if let theirs = contents.facts.serverVersion.flatMap({ ServerVersion($0) }), let ours = programs.serverVersion,
      (theirs.major, theirs.minor) > (ours.major, ours.minor)
    {
      throw RunTrouble(
        PhysicalFindings.otherVersion,
        "the backup holds files of \(from), and our server is \(programs.flavour.title) \(ours): files of newer servers can't be opened",
        hint: "test it where \(from) is installed")
    }
    return programs
  }

  /// A tool or server of another version may refuse a good backup.
  private func versionReservation(
    _ contents: PhysicalContents, _ programs: MySQLPrograms, _ bad: BadBackup
  ) throws -> RunTrouble? {
    guard let theirs = contents.facts.serverVersion.flatMap({ ServerVersion($0) }), let ours = programs.serverVersion,
      (theirs.major, theirs.minor) != (ours.major, ours.minor)
    else { return nil }
    return RunTrouble(
      PhysicalFindings.otherVersion,
      "the backup is of \(programs.flavour.title) \(theirs), our server is \(ours): \(bad.finding.message)",
      evidence: bad.finding.evidence, hint: "test it where \(programs.flavour.title) \(theirs) is installed")
  }

  private func serve(_ contents: PhysicalContents, _ programs: MySQLPrograms, _ extra: [String] = []) async throws {
    let options = await serverOptions(programs)
    let fitted = PhysicalOptions(contents: contents, flavour: programs.flavour)
    let program = SandboxProgram(
      name: "server", executable: FilePath(programs.server),
      arguments: options.arguments(
        data: dataFolder(contents), socket: socket.inside.string, withoutGrants: true) + fitted.layout + fitted.closed
        + extra,
      environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC"], reads: await Self.serverReads(work.sandbox.system),
      role: .server,
      origin: .dbms)
    let server = try await work.sandbox.start(program, input: nil, output: nil)
    state.withLock {
      $0.started = Started(programs: programs, server: server)
      $0.physical = contents
    }
    do {
      try await waitUntilReady(server, within: max(60, min(work.limits.seconds / 2, 3600)))
    } catch let trouble as RunTrouble {
      guard await troubleIfServerEnded() != nil else { throw trouble }
      try noticeLimits(trouble)
      let errors = PhysicalMessages.errors(server.errorOutput())
      throw BadBackup(
        PhysicalFindings.startFailed,
        "the server does not start on the backup's files\(errors.first.map { ": \($0)" } ?? "")", evidence: errors)
    }
  }

  /// Whatever a limit of ours explains says nothing of the backup.
  func noticeLimits(_ trouble: RunTrouble) throws {
    if let reached = work.sandbox.limitReached(now: true) { throw SandboxFindings.trouble(reached) }
  }
}
