import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// pg_dump's own formats. `pg_restore` makes plain SQL of them inside the sandbox, which takes the way of any other: so the
/// same scanner sees their rows and statements.
extension PostgreSQLSession {
  func restoreArchive(_ stream: any ByteReader) async throws -> [Finding] {
    let head = PostgreSQLArchiveHead(work.head.bytes)
    let input = try Pipe()
    let process = try await startReader(["-f", "-"], input: input.readEnd) { try? input.writeEnd.close() }
    let walk = PostgreSQLArchiveWalk(stream, to: input.writeEnd)
    let writing = Task { try await Blocking.run("archive") { try walk.run() } }
    return try await restorePlain(DescriptorReader(process.output)) {
      _ = try? await writing.value
      let end = await process.process.wait()
      let findings = Self.judge(end, process.process.errorOutput(), head)
      let isNewer = findings.contains { $0.code == PostgreSQLFindings.archiveNewer.code }
      return findings + walk.outcome.findings(isRead: end.isSuccess, isNewer: isNewer)
    }
  }

  /// Unpacked inside the sandbox: the data files lie beside the table of contents, in any order.
  func restoreFolder(_ members: any MemberReader) async throws -> [Finding] {
    let archive = try await unpack(members)
    if let trouble = archive.findings.first(where: { $0.consequence != .none && $0.consequence != .warning }) {
      return [trouble]
    }
    let inside = work.sandbox.exchange.inside.appending(Self.archiveFolder).string
    let process = try await startReader(["-f", "-", "-F", "d", inside], input: nil) {}
    let head = archive.head
    let findings = try await restorePlain(DescriptorReader(process.output)) {
      Self.judge(await process.process.wait(), process.process.errorOutput(), head)
    }
    return archive.findings + findings
  }

  static let archiveFolder = "archive"

  struct Reader: Sendable {
    var process: any SandboxProcess
    var output: FileDescriptor
  }

  private func startReader(
    _ arguments: [String], input: FileDescriptor?, onError: () -> Void
  ) async throws -> Reader {
    let programs = try programs
    let program = SandboxProgram(
      name: "pg_restore", executable: FilePath(programs.path("pg_restore")), arguments: arguments,
      environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/tmp"], reads: programs.reads.map { FilePath($0) },
      role: .client, origin: .dbms)
    do {
      let output = try Pipe()
      let process = try await output.readEnd.closedOnError {
        try await work.sandbox.start(program, input: input, output: output.writeEnd)
      }
      return Reader(process: process, output: output.readEnd)
    } catch {
      onError()
      throw error
    }
  }

  static func judge(_ end: ProcessEnd, _ errors: [UInt8], _ head: PostgreSQLArchiveHead?) -> [Finding] {
    guard !end.isSuccess else { return [] }
    // Nobody read on: why not stands elsewhere.
    if end == .signalled(SIGPIPE) { return [] }
    let said = errors.split(separator: 10).map { UntrustedText.line(bytes: $0) }.last {
      $0.hasPrefix("pg_restore: error:")
    }
    let text = said.map { PostgreSQLMessages.redacted(String($0.dropFirst("pg_restore: error: ".count)), code: "") }
    if text?.hasPrefix("could not write to output file") == true { return [] }
    if text?.hasPrefix("unsupported version") == true {
      return [
        PostgreSQLFindings.archiveNewer.finding(
          "the archive's format is \(head?.version ?? "newer"), which our pg_restore does not read")
      ]
    }
    if case .signalled = end, text == nil {
      return [CommonFindings.clientDied.finding("pg_restore was ended while it read the archive (\(end))")]
    }
    return [
      PostgreSQLFindings.archiveDamaged.finding("pg_restore can't read the archive: \(text ?? "it ended with \(end)")")
    ]
  }
}

/// The first bytes of an archive: mark, version, sizes (PostgreSQL, src/bin/pg_dump/pg_backup_archiver.c, WriteHead).
struct PostgreSQLArchiveHead: Sendable {
  var version: String

  init?(_ bytes: [UInt8]) {
    guard bytes.count > 11, bytes.starts(with: Array("PGDMP".utf8)) else { return nil }
    version = "\(bytes[5]).\(bytes[6])"
  }
}

/// Reads a descriptor to its end, and closes it then.
final class DescriptorReader: ByteReader, @unchecked Sendable {
  private let descriptor: FileDescriptor
  private var isOpen = true

  init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }
  deinit { if isOpen { try? descriptor.close() } }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard isOpen else { return 0 }
    let count = try descriptor.readSome(into: buffer)
    if count == 0 {
      isOpen = false
      try? descriptor.close()
    }
    return count
  }
}
