import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// A file of another machine, on its way into a pipe.
final class SSHStream: SourceStream {
  let descriptor: FileDescriptor
  private let link: SSHLink
  private let state: TransferState
  private let transfer: Task<Finding?, Never>

  private init(descriptor: FileDescriptor, link: SSHLink, state: TransferState, transfer: Task<Finding?, Never>) {
    self.descriptor = descriptor
    self.link = link
    self.state = state
    self.transfer = transfer
  }

  /// Opens the file and starts to send its bytes. The end of the pipe comes after the outcome is known, so
  /// that who reads to the end and calls `finish` gets it.
  /// - Throws: `BadBackup` or `RunTrouble` when the file cannot be opened.
  static func start(path: RawPath, expected: SourceObject, link: SSHLink) async throws -> SSHStream {
    let pipe = try Pipe()
    // Of our end only, so that the wait for a slow reader can be broken off.
    _ = fcntl(pipe.writeEnd.rawValue, F_SETFL, O_NONBLOCK)
    let state = TransferState()
    let (opened, continuation) = AsyncThrowingStream<Void, any Error>.makeStream()
    let transfer = Task.detached { () -> Finding? in
      let finding = await run(path, expected, link, into: pipe.writeEnd, state, opened: continuation)
      await link.close()
      state.end()
      try? pipe.writeEnd.close()
      return finding
    }
    do {
      var first = opened.makeAsyncIterator()
      try await withTaskCancellationHandler {
        guard try await first.next() != nil else { throw CancellationError() }
      } onCancel: {
        link.abort()
      }
    } catch {
      _ = await transfer.value
      try? pipe.readEnd.close()
      throw error
    }
    return SSHStream(descriptor: pipe.readEnd, link: link, state: state, transfer: transfer)
  }

  /// Who calls this before the end of the bytes gave up: the transfer is broken off, which is no fault of the backup's.
  func finish() async -> Finding? {
    if state.giveUp() { link.abort() }
    let finding = await transfer.value
    return state.wasGivenUp ? nil : finding
  }

  private static func run(
    _ path: RawPath, _ expected: SourceObject, _ link: SSHLink, into pipe: FileDescriptor, _ state: TransferState,
    opened: AsyncThrowingStream<Void, any Error>.Continuation
  ) async -> Finding? {
    do {
      try await link.converse { session in
        do {
          let handle = try session.open(path)
          let atStart = try session.attributes(ofOpen: handle)
          try check(atStart, path, expected)
          opened.yield()
          opened.finish()
          var reader = SFTPFileReader(session: session, handle: handle, size: atStart.size)
          try reader.readAll { bytes in
            try state.write(bytes, to: pipe)
            state.passedOn.add(UInt64(bytes.count), ordering: .relaxed)
          }
          let atEnd = try session.attributes(ofOpen: handle)
          guard atEnd == atStart, reader.passedOn == atStart.size ?? reader.passedOn else {
            throw changed(path, "while it was read", atStart.size, atEnd.size)
          }
        } catch SFTPError.refused(let code) {
          throw SSHSource.explain(code, path)
        }
      }
      return nil
    } catch {
      opened.finish(throwing: error)
      return finding(error, state, expected)
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

  private static func finding(_ error: any Error, _ state: TransferState, _ expected: SourceObject) -> Finding? {
    switch error {
    case is ReaderGone: return nil
    case let trouble as RunTrouble:
      var finding = trouble.finding
      let size = expected.size.map { " of \($0)" } ?? ""
      finding.evidence.append("bytes read: \(state.passedOn.load(ordering: .relaxed))\(size)")
      return finding
    case let bad as BadBackup: return bad.finding
    default: return SourceFindings.readError.finding("the bytes could not be passed on")
    }
  }
}
