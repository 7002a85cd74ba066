import Foundation
import ProofbackCore
import ProofbackSystem

import struct ProofbackSystem.Pipe

extension MySQLSession {
  func restore(_ content: BackupContent) async throws -> [Finding] {
    if isPhysical { return try await restorePhysical(content) }
    guard let programs else { throw RunTrouble(MySQLFindings.notStarted, "the server was not started") }
    let reader: any ByteReader
    var folder: MemberStream?
    switch content {
    case .stream(let stream): reader = stream
    case .folder(let members):
      // One dump per database, packed together, is one backup: each goes into its own.
      let target = self.target(programs, engines: try await storageEngines())
      let stream = MemberStream(
        members, isNamedLikeOne: Self.isNamedLikeDump, preamble: { Self.ownDatabase($0, target) },
        isWanted: { MySQLEngine.isDump($0, named: $1) })
      reader = stream
      folder = stream
    }
    let target = self.target(programs, engines: try await storageEngines())
    let head = try claimsOfHead(target)
    let database = try await prepareDefaultDatabase(head)
    let input = try Pipe()
    let said = try await input.closedOnError { try Pipe() }
    let (process, warnings) = try await input.writeEnd.closedOnError {
      let warnings = try await countWarnings(from: said.readEnd)
      return (
        try await work.sandbox.start(
          client(importOptions(programs, database, head)), input: input.readEnd, output: said.writeEnd), warnings
      )
    }
    let feed = ImportFeed(
      target: target, reader: reader, client: input.writeEnd, drainLimit: work.limits.diskBytes,
      endClient: { Blocking.wait { await process.stop(within: 0) } }, onImported: work.onImported)
    let began = ContinuousClock.now
    let result = try await Blocking.run("import") { try feed.run() }
    let end = await process.wait()
    state.withLock {
      $0.claims = result.claims
      $0.restoreSeconds = began.duration(to: .now) / .seconds(1)
    }
    if let name = folder?.partOfMydumper {
      throw RunTrouble(
        RunFindings.unsupported,
        "the tar holds a mydumper folder (\(UntrustedText.line(name, limit: 80))), which is not put together here",
        hint: "restore it with myloader, or dump with mariadb-dump or mysqldump")
    }
    let stored = try await warnings.finish()
    let messages = MySQLMessages.parse(process.errorOutput())
    let died = end.isSuccess || result.claims.stoppedForwarding ? nil : await troubleIfServerEnded()
    var judgement = ImportJudgement(
      claims: result.claims, target: target, end: end, messages: messages, serverDied: died,
      gaveUpReading: result.gaveUpReading, volatileTables: work.volatileTables)
    if case .mysqlDump(_, let flavour) = SQLDumpRecogniser().recognise(work.head.bytes) {
      judgement.flavourOfBytes = flavour
    }
    var findings = try judgement.findings()
    if end.isSuccess, !result.claims.stoppedForwarding {
      findings += stored.findings(
        columns: try await columns(named: stored.places), reservation: judgement.reservation())
    }
    return Self.damaged(folder?.damaged ?? []) + findings + Self.unopened(folder?.unopened)
      + Self.passedOver(folder?.passedOver ?? [])
  }

  private func target(_ programs: MySQLPrograms, engines: Set<String>) -> ServerTarget {
    ServerTarget(flavour: programs.flavour, version: programs.serverVersion ?? ServerVersion(0), engines: engines)
  }

  /// A dump of one database does not make it: its header alone names it.
  private static func ownDatabase(_ head: [UInt8], _ target: ServerTarget) -> [UInt8] {
    var scanner = SQLDumpScanner(target: target)
    _ = try? head.withUnsafeBytes { try scanner.scan($0, isLast: false, into: nil) }
    guard scanner.claims.databases.isEmpty, let name = scanner.claims.defaultDatabase,
      !systemSchemas.contains(name.lowercased())
    else { return [] }
    return Array("CREATE DATABASE IF NOT EXISTS \(quoted(name));\nUSE \(quoted(name));\n".utf8)
  }

  /// `shop.sql`, `shop.sql.gz`; not what a Mac's tar puts beside each file.
  private static func isNamedLikeDump(_ name: String) -> Bool {
    let file = name.split(separator: "/").last ?? ""
    return !file.hasPrefix("._") && file.split(separator: ".").dropFirst().contains("sql")
      && !["md5", "sha256", "sha1", "sha512", "sum", "txt", "log", "asc", "sig"].contains(
        file.split(separator: ".").last ?? "")
  }

  private static func damaged(_ names: [String]) -> [Finding] {
    guard let first = names.first else { return [] }
    let more = names.count > 1 ? ", and \(names.count - 1) more" : ""
    return [
      MySQLFindings.memberDamaged.finding(
        "\(UntrustedText.line(first, limit: 80)) in the tar is named like an SQL dump, and its bytes are none\(more)",
        evidence: names.count > 1 ? names.prefix(20).map { UntrustedText.line($0) } : [])
    ]
  }

  private static func unopened(_ member: (name: String, kind: String)?) -> [Finding] {
    guard let member else { return [] }
    return [
      RunFindings.unsupported.finding(
        "\(UntrustedText.line(member.name, limit: 80)) in the tar is \(member.kind), which is not opened here")
    ]
  }

  private static func passedOver(_ names: [String]) -> [Finding] {
    guard let first = names.first else { return [] }
    let more = names.count > 1 ? " and \(names.count - 1) more" : ""
    return [
      MySQLFindings.passedOver.finding(
        "\(UntrustedText.line(first, limit: 80))\(more) in the tar is no SQL dump and was not tested",
        evidence: names.prefix(20).map { UntrustedText.line($0) })
    ]
  }

  /// Statements of the dump reach the client as they stand: no shell, file or pager commands (`--binary-mode`, as for all of ours), and
  /// rows may hold any byte. The two settings are those that every header of the dump tools makes, for dumps that
  /// have none (`--compact`).
  private func importOptions(_ programs: MySQLPrograms, _ database: String?, _ head: DumpClaims) -> [String] {
    // The client splits statements by itself: it has to know characters that can end in a backslash. The first charset is
    // that of the rows; others are set around single routines and put back, and no client knows of those.
    let charset = head.clientCharsets.first.flatMap {
      ["sjis", "cp932", "gbk", "big5", "gb18030"].contains($0.lowercased()) ? $0 : nil
    }
    var options = [
      "--default-character-set=\(charset ?? "utf8mb4")", "--local-infile=0", "--show-warnings",
      "--init-command=SET SESSION FOREIGN_KEY_CHECKS=0, SQL_MODE='NO_AUTO_VALUE_ON_ZERO', MAX_ERROR_COUNT=1024",
    ]
    if programs.flavour == .mariadb { options.append("--sandbox") }
    if let database { options.append("--database=\(database)") }
    return options
  }

  private func storageEngines() async throws -> Set<String> {
    let rows = try await query("SELECT ENGINE FROM information_schema.ENGINES WHERE SUPPORT IN ('YES','DEFAULT')").rows
    return Set(rows.compactMap { $0.first?.lowercased() })
  }

  private func claimsOfHead(_ target: ServerTarget) throws -> DumpClaims {
    var scanner = SQLDumpScanner(target: target)
    _ = try work.head.bytes.withUnsafeBytes { try scanner.scan($0, isLast: false, into: nil) }
    return scanner.claims
  }

  /// A dump of one database does not name it in a statement: it is made first, with the name that the header tells,
  /// so that what the dump calls by its full name is found. A dump that makes its databases itself needs none.
  private func prepareDefaultDatabase(_ claims: DumpClaims) async throws -> String? {
    guard claims.databases.isEmpty else { return nil }
    let named = claims.defaultDatabase ?? "restored"
    let name = Self.systemSchemas.contains(named.lowercased()) ? "restored" : named
    let quoted = Self.quoted(name)
    _ = try await query("CREATE DATABASE IF NOT EXISTS \(quoted)")
    state.withLock { $0.defaultDatabase = name }
    return name
  }

  /// Schemas of the server's own.
  static let systemSchemas: Set<String> = ["mysql", "information_schema", "performance_schema", "sys"]

  /// An identifier, quoted.
  static func quoted(_ name: String) -> String { "`" + name.replacing("`", with: "``") + "`" }

  /// A string literal, quoted.
  static func literal(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "''").replacing("\n", with: "\\n") + "'"
  }
}
