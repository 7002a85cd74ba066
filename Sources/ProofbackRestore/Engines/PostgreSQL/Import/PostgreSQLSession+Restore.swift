import Foundation
import ProofbackCore
import ProofbackSystem

import struct ProofbackSystem.Pipe

extension PostgreSQLSession {
  func restore(_ content: BackupContent) async throws -> [Finding] {
    switch (format, content) {
    case (.baseBackup, .folder(let members)): try await restoreBase(members)
    case (.folder, .folder(let members)): try await restoreFolder(members)
    case (.custom, .stream(let stream)): try await restoreArchive(stream)
    case (_, .stream(let stream)): try await restorePlain(stream)
    case (_, .folder(let members)): try await restoreMembers(members)
    }
  }

  /// Dumps packed together are one backup; what is beside them is named.
  private func restoreMembers(_ members: any MemberReader) async throws -> [Finding] {
    let stream = MemberStream(
      members, isNamedLikeOne: Self.isNamedLikeDump, preamble: { _ in [] },
      isWanted: { head, _ in PostgreSQLRecogniser.recognise(head, names: nil).map { $0.format != .custom } ?? false })
    let findings = try await restorePlain(stream)
    return Self.named(stream.damaged, CommonFindings.memberDamaged, "is named like an SQL dump, and its bytes are none")
      + findings
      + Self.named(stream.passedOver, CommonFindings.passedOver, "is no SQL dump and was not tested")
  }

  private static func isNamedLikeDump(_ name: String) -> Bool {
    let file = name.split(separator: "/").last ?? ""
    return !file.hasPrefix("._") && file.split(separator: ".").dropFirst().contains("sql")
  }

  static func named(_ names: [String], _ definition: FindingDefinition, _ what: String) -> [Finding] {
    guard let first = names.first else { return [] }
    let more = names.count > 1 ? ", and \(names.count - 1) more" : ""
    return [
      definition.finding(
        "\(UntrustedText.line(first, limit: 80)) in the tar \(what)\(more)",
        evidence: names.count > 1 ? names.prefix(20).map { UntrustedText.line($0) } : [])
    ]
  }

  // MARK: Plain SQL

  /// - Parameter archive: asks how the tool ended that makes the SQL of an archive, once all of it was read.
  func restorePlain(
    _ reader: any ByteReader, archive: (@Sendable () async -> [Finding])? = nil
  ) async throws -> [Finding] {
    let target = try await target()
    let encoding = Self.encoding(of: work.head.bytes)
    try await makeDatabase(encoding)
    let input = try Pipe()
    let administrator = state.withLock { $0.administrator }
    let program = try client(administrator, Self.database, ["ON_ERROR_STOP=1"])
    let process = try await input.writeEnd.closedOnError {
      try await work.sandbox.start(program, input: input.readEnd, output: nil)
    }
    let opening = Self.opening(target)
    var scanner = PostgreSQLScanner(target: target, database: Self.database)
    scanner.startShift(opening.count { $0 == "\n" })
    let feed = PostgreSQLFeed(
      scanner: scanner, reader: reader, client: input.writeEnd, opening: opening, drainLimit: work.limits.diskBytes,
      endClient: { Blocking.wait { await process.stop(within: 0) } }, onImported: work.onImported)
    let result = try await Blocking.run("import") { try feed.run() }
    let end = await process.wait()
    state.withLock { $0.claims = result.claims }
    let died = end.isSuccess || result.claims.isStopped ? nil : await troubleIfServerEnded()
    let ofArchive = await archive?() ?? []
    let judgement = PostgreSQLJudgement(
      claims: result.claims, target: target, end: end, messages: PostgreSQLMessages.parse(process.errorOutput()),
      serverDied: died, gaveUpReading: result.gaveUpReading, isArchive: archive != nil)
    return ofArchive + (try judgement.findings(archiveIsUnread: !ofArchive.isEmpty))
  }

  private static func opening(_ target: PostgreSQLTarget) -> String {
    let lock = target.restriction.map { "\\restrict \($0)\n" } ?? ""
    return lock + PostgreSQLScanner.opening(target, database: database) + "\n"
  }

  /// A dump of one database holds its text as that database did.
  private func makeDatabase(_ encoding: String) async throws {
    let locale = encoding == "UTF8" ? "C.UTF-8" : "C"
    _ = try await query(
      """
      CREATE DATABASE \(Self.database) OWNER \(Self.restorer) TEMPLATE template0 \
      ENCODING '\(encoding)' LOCALE '\(locale)'
      """)
  }

  /// Encodings that a server can have (PostgreSQL 15, "Character Set Support").
  private static let encodings: Set<String> = [
    "SQL_ASCII", "UTF8", "EUC_JP", "EUC_CN", "EUC_KR", "EUC_TW", "EUC_JIS_2004", "KOI8R", "KOI8U",
    "WIN866", "WIN874",
  ]

  static func encoding(of head: [UInt8]) -> String {
    let text = String(decoding: head.prefix(16 << 10), as: UTF8.self)
    guard let match = text.firstMatch(of: /SET client_encoding = '([A-Z0-9_]+)';/) else { return "UTF8" }
    let name = String(match.output.1)
    let isKnown =
      encodings.contains(name) || name.hasPrefix("LATIN") || name.hasPrefix("ISO_8859") || name.hasPrefix("WIN125")
    return isKnown ? name : "UTF8"
  }

  private func target() async throws -> PostgreSQLTarget {
    let programs = try programs
    let settings = try await rows("SELECT lower(name) FROM pg_settings", in: "postgres")
    let extensions = try await rows("SELECT name FROM pg_available_extensions", in: "postgres")
    let locales = try await rows(
      "SELECT DISTINCT collcollate FROM pg_collation WHERE collprovider IN ('c', 'b') AND collcollate IS NOT NULL",
      in: "postgres")
    let collations = try await rows("SELECT DISTINCT collname FROM pg_collation", in: "postgres")
    return PostgreSQLTarget(
      version: programs.major, settings: Set(settings.compactMap(\.first)),
      extensions: Set(extensions.compactMap(\.first)), collations: Set(collations.compactMap(\.first)),
      locales: Set(locales.compactMap(\.first).map(PostgreSQLDatabasePlan.normal)).union(["c", "posix"]),
      restorer: Self.restorer, administrator: PostgreSQLTemplate.administrator,
      restriction: programs.knowsRestriction ? UUID().uuidString.replacing("-", with: "") : nil)
  }
}
