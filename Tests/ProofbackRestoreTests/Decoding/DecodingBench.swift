import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

@testable import ProofbackRestore

/// A temporary folder with a key folder, a user of its own for sealed processes, and what a decoding left there.
final class DecodingBench: Sendable {
  let folder: String
  let user: UInt32
  var keyFolder: String { folder + "/keys" }
  private let children = Mutex<[ChildProcess]>([])
  private static let users = Atomic<UInt32>(920_000)

  init() throws {
    folder = NSTemporaryDirectory() + "proofback-decoding-" + UUID().uuidString.prefix(8)
    user = Self.users.add(1, ordering: .relaxed).newValue
    try FileManager.default.createDirectory(atPath: folder + "/keys", withIntermediateDirectories: true)
    chmod(folder + "/keys", 0o700)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  struct Result: Sendable {
    var sha256: String
    var layers: [LayerRecord]
    var findings: [Finding]
    var head: [UInt8]
    var isTar: Bool
    var codes: [String] { findings.map(\.code.rawValue) }
    var names: [String] { layers.map(\.name) }
  }

  /// A shell command's output, with this folder as `$D`.
  @discardableResult func shell(_ script: String) async throws -> String {
    var environment = Command.plainEnvironment
    environment["D"] = folder
    let outcome = try await Command(
      "/bin/bash", ["-ec", "set -o pipefail; cd $D; " + script], environment: environment
    )
    .capture(within: 300)
    guard outcome.end.isSuccess else { throw ShellFailure(text: outcome.errorText) }
    return outcome.text
  }
  struct ShellFailure: Error { var text: String }

  func surroundings(_ secrets: RunSecrets = RunSecrets(), now: Date = Date()) -> DecodingSurroundings {
    DecodingSurroundings(keyFolder: FilePath(keyFolder), secrets: secrets, user: user, now: now) { child in
      self.children.withLock { $0.append(child) }
    }
  }

  /// The file as a pipe with `cat` behind it.
  func pipe(_ file: String) async throws -> FileDescriptor {
    let pipe = try ProofbackSystem.Pipe()
    let name = file.hasPrefix("/") ? file : folder + "/" + file
    _ = try await ChildProcess.start(Command("/bin/cat", [name]), output: .descriptor(pipe.writeEnd))
    return pipe.readEnd
  }

  /// Decodes the whole file.
  func decode(
    _ file: String, _ secrets: RunSecrets = RunSecrets(), now: Date = Date(), policy: EncryptionPolicy = .init(),
    cipher: String? = nil
  ) async throws -> Result {
    var surroundings = surroundings(secrets, now: now)
    (surroundings.policy, surroundings.opensslCipher) = (policy, cipher)
    let backup = try await DecodingChain.open(try await pipe(file), surroundings: surroundings)
    let sum = try await Self.sha256(reading: backup.output)
    let findings = await backup.finish()
    await backup.abort()
    return Result(sha256: sum, layers: backup.layers, findings: findings, head: backup.head, isTar: backup.isTar)
  }

  static func sha256(reading descriptor: FileDescriptor) async throws -> String {
    let pipe = try ProofbackSystem.Pipe()
    let child = try await ChildProcess.start(
      Command("/usr/bin/sha256sum"), input: .descriptor(descriptor), output: .descriptor(pipe.writeEnd))
    let text = try await Blocking.run("sum") {
      var bytes = [UInt8](repeating: 0, count: 64)
      var filled = 0
      while filled < 64 {
        let count = try bytes.withUnsafeMutableBytes {
          try pipe.readEnd.readSome(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
        }
        if count == 0 { break }
        filled += count
      }
      try pipe.readEnd.close()
      return String(decoding: bytes[..<filled], as: UTF8.self)
    }
    _ = await child.wait()
    return text
  }

  /// Takes a little out of the backup.
  func readSome(of backup: DecodedBackup) async throws {
    try await Blocking.run("some") {
      var some = [UInt8](repeating: 0, count: 1000)
      _ = try some.withUnsafeMutableBytes { try backup.output.readSome(into: $0) }
    }
  }

  func sha256(_ file: String) async throws -> String {
    String(try await shell("sha256sum < '\(file)'").prefix(64))
  }

  /// Processes of this bench's sealed user, and files left in the key folder. The kernel ends a process namespace a
  /// moment after its first process has said goodbye: gpg's agent is given that moment.
  func leftovers() async throws -> [String] {
    for _ in 0..<100 where !processes().isEmpty { try await Task.sleep(for: .milliseconds(20)) }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: keyFolder)) ?? []
    return files + processes()
  }

  /// SIGKILL for this bench's sealed processes of that name.
  func killTools(named name: String) {
    for process in processes() {
      let id = process.dropFirst("process ".count)
      let comm = (try? String(contentsOfFile: "/proc/\(id)/comm", encoding: .utf8)) ?? ""
      if comm.hasPrefix(name) { kill(Int32(id) ?? 0, SIGKILL) }
    }
  }

  func processes() -> [String] {
    let mark = "Uid:\t\(user)\t"
    let ids = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter { Int($0) != nil }
    return ids.filter { id in
      guard let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8) else { return false }
      return status.contains(mark) && !status.contains("State:\tZ")
    }.map { "process \($0)" }
  }
}

extension RunSecrets {
  static func keys(_ files: String..., passphrase: String? = nil) throws -> RunSecrets {
    var secrets = RunSecrets()
    secrets.decryptionKeys = try files.map {
      NamedSecret(name: ($0 as NSString).lastPathComponent, content: try Data(contentsOf: URL(fileURLWithPath: $0)))
    }
    secrets.passphrase = passphrase.map { NamedSecret(name: "passphrase", content: Data(($0 + "\n").utf8)) }
    return secrets
  }
}
