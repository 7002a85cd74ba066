import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// One ssh process that speaks with a host's SFTP server. Life cycle: `open` → `once`, or `converse` and `close`.
/// `close` is safe twice.
final class SSHLink: Sendable {
  let location: SSHLocation
  private let patience: SSHPatience
  private let child: ChildProcess
  private let toServer: FileDescriptor
  private let fromServer: FileDescriptor
  private let credentials: SSHCredentials
  private let closed = Flag()

  private init(
    location: SSHLocation, patience: SSHPatience, child: ChildProcess, toServer: FileDescriptor,
    fromServer: FileDescriptor, credentials: SSHCredentials
  ) {
    self.location = location
    self.patience = patience
    self.child = child
    self.toServer = toServer
    self.fromServer = fromServer
    self.credentials = credentials
  }

  /// Starts ssh. Whether the host lets us in shows when the conversation begins.
  static func open(
    to location: SSHLocation, patience: SSHPatience, in surroundings: SourceSurroundings
  ) async throws -> SSHLink {
    guard let ssh = Programs.find("ssh") else {
      throw RunTrouble(SourceFindings.toolMissing, "OpenSSH's client is not installed")
    }
    let credentials = try await SSHCredentials.prepare(for: location, patience: patience, in: surroundings)
    let command = SSHOptions.command(ssh, to: location, patience: patience, credentials: credentials)
    let requests = try Pipe(capacity: 65536)
    let answers = try await requests.closedOnError { try Pipe() }
    let child = try await requests.writeEnd.closedOnError {
      try await answers.readEnd.closedOnError {
        try await ChildProcess.start(
          command, input: .descriptor(requests.readEnd), output: .descriptor(answers.writeEnd), ownSession: true)
      }
    }
    return SSHLink(
      location: location, patience: patience, child: child, toServer: requests.writeEnd,
      fromServer: answers.readEnd, credentials: credentials)
  }

  /// Greets the server, does `work`, and closes.
  /// - Throws: what `work` throws; a broken conversation as the `RunTrouble` that broke it.
  func once<Value: Sendable>(_ work: @escaping @Sendable (SFTPSession) throws -> Value) async throws -> Value {
    do {
      let value = try await converse(work)
      await close()
      return value
    } catch {
      await close()
      throw error
    }
  }

  /// As `once`, but leaves closing to the caller. Once only: it greets the server.
  func converse<Value: Sendable>(_ work: @escaping @Sendable (SFTPSession) throws -> Value) async throws -> Value {
    // From the greeting on it is not the login that fails.
    let greeted = Flag()
    do {
      return try await withTaskCancellationHandler {
        try await Blocking.run("sftp") { [self] in
          ignoreBrokenPipe()
          let first = Double(patience.connect) + patience.answer
          let session = try SFTPSession(
            toServer: toServer, fromServer: fromServer, patience: first,
            // A little less than ssh's own count, which starts with the last byte and not with our question.
            silenceOfStall: Double(patience.alive * (patience.aliveCount - 1)) + 0.5 * Double(patience.alive))
          session.patience = patience.answer
          greeted.set()
          return try work(session)
        }
      } onCancel: {
        abort()
      }
    } catch let error as SFTPError {
      throw await explain(error, greeted: greeted.isSet)
    }
  }

  /// Ends the conversation from another thread: what waits for an answer sees the end.
  func abort() { child.signal(SIGKILL) }

  /// Hangs up, and waits for ssh's end.
  func close() async {
    guard closed.set() else {
      _ = await child.wait()
      return
    }
    try? toServer.close()
    try? fromServer.close()
    await child.stop(within: 2)
  }

  private func explain(_ error: SFTPError, greeted: Bool) async -> RunTrouble {
    if error == .ended {
      // ssh is about to say why.
      let killer = Task {
        try await Task.sleep(for: .seconds(5))
        abort()
      }
      defer { killer.cancel() }
      _ = await child.wait()
    } else {
      abort()
    }
    let words = await child.wholeErrorOutput()
    let end = await child.wait()
    let fault = SSHFault(error: error, end: end, words: words, greeted: greeted, location: location)
    guard fault.isAboutHostKey else { return fault.trouble() }
    let shown = try? await HostKeys.scan(location, seconds: patience.connect)
    return fault.trouble(keysShown: shown ?? [], pinned: credentials.hasKnownHosts)
  }
}
