import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// The directory format of pg_dump, packed as a tar, and its tar format, which are alike inside: a table of contents, a file
/// of rows per table, a file per large object (PostgreSQL, src/bin/pg_dump/pg_backup_directory.c, pg_backup_tar.c).
extension PostgreSQLSession {
  struct Unpacked: Sendable {
    var head: PostgreSQLArchiveHead?
    var findings: [Finding] = []
  }

  func unpack(_ members: any MemberReader) async throws -> Unpacked {
    try await writing(to: work.sandbox.exchange.inside.appending(Self.archiveFolder).string, .client) {
      feed, progress in
      var unpacking = PostgreSQLUnpacking(feed: feed, onBytes: progress)
      while let member = try members.next() { try unpacking.take(member) }
      return unpacking.finish()
    }
  }

  /// Starts a process in the sandbox that writes files below `folder`, and hands `work` the other end, on a thread.
  func writing<Value: Sendable>(
    to folder: String, _ role: SandboxRole,
    _ work: @escaping @Sendable (FolderFeed, @escaping (UInt64) -> Void) throws -> Value
  ) async throws -> Value {
    let input = try Pipe()
    let process = try await input.writeEnd.closedOnError {
      try await self.work.sandbox.start(
        ownProgram("folder-writer", [FolderWriter.commandName, folder], role), input: input.readEnd, output: nil)
    }
    let progress = self.work.onImported
    let result: Result<Value, any Error>
    do {
      result = .success(
        try await Blocking.run("unpack") {
          let feed = FolderFeed(input.writeEnd)
          defer { feed.close() }
          let value = try work(feed) { progress($0) }
          try feed.finish()
          return value
        })
    } catch { result = .failure(error) }
    let end = await process.wait()
    guard end.isSuccess else {
      if let reached = self.work.sandbox.limitReached(now: true) {
        throw RunTrouble(SandboxFindings.diskLimit, reached.message)
      }
      throw RunTrouble(
        CommonFindings.clientDied, "our unpacking process in the sandbox failed (\(end))", canRetry: true)
    }
    return try result.get()
  }
}

/// Takes the members of an archive one after another.
struct PostgreSQLUnpacking {
  let feed: FolderFeed
  let onBytes: (UInt64) -> Void
  private var unpacked = PostgreSQLSession.Unpacked()
  private var seen: Set<String> = []
  private var damaged: [String] = []
  private var passedOver: [String] = []

  init(feed: FolderFeed, onBytes: @escaping (UInt64) -> Void) {
    self.feed = feed
    self.onBytes = onBytes
  }

  mutating func take(_ member: any Member) throws {
    let file = String(member.name.split(separator: "/").last ?? "")
    guard let name = Self.name(of: file), seen.count < 1_000_000 else {
      // The tar format brings a script along, for people.
      if file != "restore.sql", passedOver.count < 1000 { passedOver.append(member.name) }
      return
    }
    let replayed = try ReplayedMember.of(member)
    if name == "toc.dat" { unpacked.head = PostgreSQLArchiveHead(replayed.head) }
    guard seen.insert(name).inserted else {
      throw RunTrouble(
        RunFindings.unsupported, "the tar holds more than one PostgreSQL archive",
        hint: "test each by itself")
    }
    let written = try feed.write(replayed, as: name, onBytes: onBytes)
    try writeUnderOtherName(name, replayed)
    if isCut(name, written) { damaged.append(member.name) }
  }

  /// The tar format of version 17 lists large objects in `blobs_N.toc`, which its table of contents calls `N.dat`; a folder's
  /// has the name that it lies under (pg_backup_tar.c, _ArchiveEntry and _StartLOs; MAX_BLOBS_PER_ARCHIVE_ENTRY). It is
  /// never as long as a head.
  private func writeUnderOtherName(_ name: String, _ member: ReplayedMember) throws {
    guard let match = name.wholeMatch(of: /blobs_([0-9]+)\.toc/), member.head.count < ContentHead.limit else { return }
    _ = try feed.write(MemoryReader(member.head), as: "\(match.output.1).dat") { _ in }
  }

  /// Rows end with an end mark and two empty lines, statements with two (pg_dump.c, dumpTableData_copy, dumpTableData_insert).
  private func isCut(_ name: String, _ written: FolderFeed.Written) -> Bool {
    if name == "toc.dat" { return unpacked.head == nil }
    guard name.first?.isNumber == true else { return false }
    return !written.tail.reversed().starts(with: [10, 10])
  }

  mutating func finish() -> PostgreSQLSession.Unpacked {
    if !seen.contains("toc.dat") {
      unpacked.findings.append(
        CommonFindings.memberDamaged.finding("the archive has no table of contents: toc.dat is not in the tar"))
    }
    unpacked.findings += PostgreSQLSession.named(
      damaged, CommonFindings.memberDamaged, "is empty or cut off: it does not end as pg_dump ends it")
    unpacked.findings += PostgreSQLSession.named(
      passedOver, CommonFindings.passedOver, "does not belong to the archive and was not tested")
    return unpacked
  }

  /// What a file is unpacked as; its compression is taken off already.
  private static func name(of file: String) -> String? {
    if file == "toc.dat" || file.wholeMatch(of: /blobs(_[0-9]+)?\.toc/) != nil { return file }
    guard let match = file.wholeMatch(of: /((?:blob_)?[0-9]{1,10}\.dat)(\.gz|\.lz4|\.zst)?/) else { return nil }
    return String(match.output.1)
  }
}
