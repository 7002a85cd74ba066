import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// Base backups: the server's own files, as pg_basebackup packs them. Unpacked where the sandbox's server has its data, held
/// against their manifest, recovered by starting the server on them.
extension PostgreSQLSession {
  func restoreBase(_ members: any MemberReader) async throws -> [Finding] {
    let data = work.sandbox.data.inside.string
    let base = try await writing(to: data, .server) { feed, progress in
      var unpacking = PostgreSQLBaseUnpacking(feed: feed, onBytes: progress)
      while let member = try members.next() { try unpacking.take(member) }
      return try unpacking.finish()
    }
    // What is wrong with the tar itself explains whatever the server would say.
    if members.findings.contains(where: { $0.consequence != .none && $0.consequence != .warning }) { return [] }
    let incomplete = base.findings
    guard incomplete.isEmpty else { return incomplete }
    let system = work.sandbox.system
    guard let programs = await PostgreSQLPrograms.installed(in: system).first(where: { $0.major == base.major }) else {
      throw RunTrouble(
        PostgreSQLFindings.otherMajor,
        "the base backup is of PostgreSQL \(base.major), which is not installed \(system.place)",
        hint: "install it: apt-get install postgresql-\(base.major)")
    }
    state.withLock {
      $0.programs = programs
      $0.isPhysical = true
    }
    if let broken = try await checkManifest(base, programs) { return [broken] }
    return try await recover(base, programs)
  }

  private func checkManifest(_ base: PostgreSQLBase, _ programs: PostgreSQLPrograms) async throws -> Finding? {
    guard base.hasManifest else { return nil }
    // Files of ours that the manifest does not know; the log is read by the recovery itself.
    let ignored = PostgreSQLBase.ours.flatMap { ["-i", $0] } + ["-n", "-q"]
    let program = SandboxProgram(
      name: "pg_verifybackup", executable: FilePath(programs.path("pg_verifybackup")),
      arguments: ignored + [work.sandbox.data.inside.string], environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC"],
      reads: programs.reads.map { FilePath($0) }, role: .server, origin: .dbms)
    let process = try await work.sandbox.start(program, input: nil, output: nil)
    let end = await process.wait()
    guard !end.isSuccess else { return nil }
    let said = process.errorOutput().split(separator: 10).map { UntrustedText.line(bytes: $0, limit: 200) }
      .filter { $0.hasPrefix("pg_verifybackup: error:") }.map { String($0.dropFirst("pg_verifybackup: error: ".count)) }
    guard let first = said.first else {
      throw RunTrouble(CommonFindings.clientDied, "pg_verifybackup ended with \(end)", canRetry: true)
    }
    return PostgreSQLFindings.baseDamaged.finding(
      "the manifest does not hold: \(first)", evidence: Array(said.prefix(20)))
  }

  /// Started on the files as they came, with their write-ahead log: recovering is the server's first work.
  private func recover(_ base: PostgreSQLBase, _ programs: PostgreSQLPrograms) async throws -> [Finding] {
    state.withLock {
      $0.administrator = base.superuser
      $0.reader = base.superuser
    }
    let process = try await work.sandbox.start(server(programs, isPhysical: true), input: nil, output: nil)
    state.withLock { $0.server = process }
    let patience = max(60, min(work.limits.seconds / 2, 3600))
    if try await isReady(process, within: patience) { return [] }
    return [try recoveryFailure(process.errorOutput())]
  }

  /// The server's log before it served anything: codes and text of its own about files and its write-ahead log.
  private func recoveryFailure(_ log: [UInt8]) throws -> Finding {
    let lines = log.split(separator: 10).map { UntrustedText.line(bytes: $0, limit: 240) }
    let telling = lines.filter { $0.contains("FATAL:") || $0.contains("PANIC:") }
    let code = telling.last.map { String($0.prefix(5)) } ?? ""
    if let reached = work.sandbox.limitReached(now: true) {
      throw RunTrouble(SandboxFindings.diskLimit, reached.message)
    }
    if ["53100", "53200", "53300", "53400"].contains(code) {
      throw RunTrouble(
        CommonFindings.notStarted, "the server has not enough to recover with", evidence: lines.suffix(6))
    }
    // `58P01 FATAL:  could not …`
    let what = telling.last?.split(separator: ":  ", maxSplits: 1).last.map(String.init) ?? "it ended without a word"
    return PostgreSQLFindings.recoveryFailed.finding(
      "the server can't start on the base backup: \(what)", evidence: lines.suffix(6))
  }
}
