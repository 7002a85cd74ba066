import ProofbackCore

/// A file of another machine, on its way into a pipe.
enum SSHTransfer {
  /// Opens the file and starts to send its bytes; the link ends with them.
  /// - Throws: `BadBackup` or `RunTrouble` when the file cannot be opened.
  static func start(path: RawPath, expected: SourceObject, link: SSHLink) async throws -> TransferStream {
    @Sendable func transfer(_ work: TransferStream.Work) async throws {
      do {
        try await run(path, expected, link, work)
      } catch {
        await link.close()
        throw error
      }
      await link.close()
    }
    return try await TransferStream.start(expected, abort: { link.abort() }, transfer: transfer)
  }

  private static func run(
    _ path: RawPath, _ expected: SourceObject, _ link: SSHLink, _ work: TransferStream.Work
  ) async throws {
    try await link.converse { session in
      do {
        let handle = try session.open(path)
        let atStart = try session.attributes(ofOpen: handle)
        try check(atStart, path, expected)
        work.isOpen()
        var reader = SFTPFileReader(session: session, handle: handle, size: atStart.size)
        try reader.readAll { try work.pass($0) }
        let atEnd = try session.attributes(ofOpen: handle)
        guard atEnd == atStart, reader.passedOn == atStart.size ?? reader.passedOn else {
          throw changed(path, "while it was read", atStart.size, atEnd.size)
        }
      } catch SFTPError.refused(let code) {
        throw SSHSource.explain(code, path)
      }
    }
  }

  private static func check(_ attributes: SFTPAttributes, _ path: RawPath, _ expected: SourceObject) throws {
    guard attributes.kind == .file else {
      throw RunTrouble(SourceFindings.notAFile, "\(path.shown) is no ordinary file")
    }
    guard attributes.size == expected.size, attributes.modified == expected.modified else {
      throw changed(path, "after it was chosen", expected.size, attributes.size)
    }
  }

  private static func changed(_ path: RawPath, _ when: String, _ before: UInt64?, _ after: UInt64?) -> RunTrouble {
    RunTrouble(
      SourceFindings.changed, "\(path.shown) changed \(when)",
      evidence: ["bytes before: \(before ?? 0)", "bytes after: \(after ?? 0)"], canRetry: true)
  }
}
