import ArgumentParser
import Foundation
import Glibc
import ProofbackCore
import ProofbackLaunchers
import ProofbackSystem
import ProofbackWorker

/// `proofback worker --server`: from the command line to the report at the server.
struct RemoteOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Fetch the assignment from this server.", valueName: "url"))
  var server: String?
  @Option(help: ArgumentHelp("The file of the one-time token, readable by its owner only.", valueName: "file"))
  var tokenFile: String?
  @Option(help: ArgumentHelp("SHA-256 of the server's certificate (DER): no other is taken.", valueName: "hex"))
  var certificateSha256: String?
  @Option(help: ArgumentHelp("The run that this machine was started for.", valueName: "id"))
  var run: String?
  @Option(help: ArgumentHelp("Folder for templates and the run's folder.", valueName: "folder"))
  var stateFolder: String?
  @Option(
    help: ArgumentHelp(
      "Work in a container of a task, whose neighbours share this folder: nothing is sealed by namespaces.",
      valueName: "folder"))
  var inTask: String?

  func validate() throws {
    guard inTask?.hasPrefix("/") ?? true else { throw ValidationError("--in-task is no absolute path") }
    guard let server else {
      guard tokenFile == nil, certificateSha256 == nil, run == nil else {
        throw ValidationError("--token-file, --certificate-sha256 and --run go with --server")
      }
      return
    }
    guard WorkerLink.mayBeReached(server) else {
      throw ValidationError("--server is '\(UntrustedText.line(server))', which is no https://host:port")
    }
    guard tokenFile != nil else { throw ValidationError("--token-file is missing") }
    if let certificateSha256 {
      guard Hexadecimal.isText(certificateSha256.lowercased(), bytes: 32) else {
        throw ValidationError("--certificate-sha256 is no SHA-256: 64 hexadecimal digits")
      }
    } else if server.lowercased().hasPrefix("https") {
      throw ValidationError("--certificate-sha256 is missing: the server is known by nothing else")
    }
  }

  /// - Throws: a usage error, `CommandFailure`.
  func order() throws -> RemoteWorker.Order? {
    guard let server, let tokenFile else { return nil }
    return RemoteWorker.Order(
      server: server.hasSuffix("/") ? String(server.dropLast()) : server, token: try Self.token(tokenFile),
      certificate: server.lowercased().hasPrefix("https") ? certificateSha256?.lowercased() : nil, run: run,
      stateFolder: stateFolder ?? Composition.stateFolder, version: Composition.version)
  }

  private static func token(_ path: String) throws -> String {
    let shown = UntrustedText.line(path, limit: 400)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ValidationError("--token-file: \(shown) can't be read: \(String(cString: strerror(errno)))")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw ValidationError("--token-file: \(shown) can't be read") }
    // A pipe is its owner's anyway.
    guard status.st_mode & S_IFMT != S_IFREG || status.st_mode & 0o077 == 0 else {
      throw ValidationError("--token-file: \(shown) can be read by others\nnext: chmod 600 \(shown)")
    }
    let text = String(decoding: (try? file.read(upToCount: 1024)) ?? Data(), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw ValidationError("--token-file: \(shown) holds no token")
    }
    return text
  }
}

enum RemoteWork {
  /// - Throws: `CommandFailure`.
  static func carryOut(_ order: RemoteWorker.Order) async throws {
    let worker = RemoteWorker(order, launcher: LocalLauncher()) { StandardError.write("worker: \($0)\n") }
    let signals = Interrupts { worker.stop() }
    defer { signals.end() }
    do {
      try RunNamespace.forbidCores()
      try await worker.carryOut()
    } catch let trouble as RunTrouble {
      let finding = trouble.finding
      let evidence = finding.evidence.map { "\n  \($0)" }.joined()
      var failure = CommandFailure(finding.code.rawValue, finding.message + evidence, hint: finding.hint)
      failure.exitCode = .inconclusive
      throw failure
    }
  }
}
