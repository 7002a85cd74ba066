import Foundation
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import Synchronization
import Testing

@testable import ProofbackRestore

/// Keys that somebody stores, with what they are locked with: tried by the tools that a run uses.
@Suite struct KeyInspectionTests {
  private static let passphrase = "planted passphrase of a key"

  enum Locked: CaseIterable {
    case ssh, windows, pem, age, gpg, gpgSubkeys

    var kind: CredentialKind { [.ssh, .windows, .pem].contains(self) ? .sshKey : .decryptionKey }

    func key(_ passphrase: String) async throws -> Data {
      switch self {
      case .ssh, .age: return try await LockedKeys.ssh(passphrase)
      case .windows:
        let text = String(decoding: try await LockedKeys.ssh(passphrase), as: UTF8.self)
        return Data(text.replacing("\n", with: "\r\n").utf8)
      case .pem: return try await LockedKeys.ssh(passphrase, format: "PEM")
      case .gpg: return try await LockedKeys.gpg(passphrase)
      case .gpgSubkeys: return try await LockedKeys.gpg(passphrase, export: "--export-secret-subkeys")
      }
    }
  }

  private func trial(_ passphrase: String?, _ key: Data, _ kind: CredentialKind) async -> PassphraseTrial? {
    let inspection = await KeyInspector.inspect(key, kind, passphrase.map { Data($0.utf8) })
    return if case .lockedKey(_, let trial) = inspection { trial } else { nil }
  }

  @Test(arguments: Locked.allCases) func `a locked key is opened by its passphrase and by no other`(_ locked: Locked)
    async throws
  {
    let key = try await locked.key(Self.passphrase)
    #expect(await trial(Self.passphrase, key, locked.kind) == .opens)
    #expect(await trial("another", key, locked.kind) == .doesNotOpen)
    #expect(await trial(Self.passphrase + " ", key, locked.kind) == .doesNotOpen)
    #expect(await trial(nil, key, locked.kind) == .noneGiven)
  }

  @Test func `a key that is not locked needs no passphrase and takes any`() async throws {
    let ssh = try await LockedKeys.ssh("")
    let gpg = try await LockedKeys.gpg("")
    for passphrase in [nil, Data("any".utf8)] {
      #expect(await KeyInspector.inspect(ssh, .sshKey, passphrase) == .key("OpenSSH private key"))
      #expect(await KeyInspector.inspect(gpg, .decryptionKey, passphrase) == .key("GPG secret key"))
    }
  }

  @Test func `a GPG key that is cut off is none`() async throws {
    let key = try await LockedKeys.gpg("")
    let inspection = await KeyInspector.inspect(key.prefix(300), .decryptionKey)
    #expect(inspection == .noKey("gpg finds no whole secret key in it"))
  }

  @Test func `where gpg can't be sealed, a key is kept untried`() async throws {
    let refused = try await NoNamespaces.around(Command("/usr/bin/bwrap", ["--ro-bind", "/", "/", "true"])).capture()
    #expect(GPGKeys.reading(refused, nil) == .key("GPG secret key"))
    #expect(GPGKeys.reading(refused, Data("any".utf8)) == .lockedKey("GPG secret key", .untried))
  }

  @Test func `neither key nor passphrase shows in a process listing or in a file while it is tried`() async throws {
    let passphrase = "planted passphrase that shows nowhere"
    let keys: [(Data, CredentialKind)] = [
      (try await LockedKeys.ssh(passphrase), .sshKey), (try await LockedKeys.gpg(passphrase), .decryptionKey),
    ]
    let bench = try DecodingBench()
    // The first lines are those of many keys.
    let lines = keys.flatMap { key in
      String(decoding: key.0, as: UTF8.self).split(separator: "\n").dropFirst(2).filter { line in
        line.utf8.count > 30 && !line.hasPrefix("-----")
      }.map(String.init)
    }
    #expect(lines.count > 5)
    try ([passphrase] + lines).joined(separator: "\n").write(
      toFile: bench.folder + "/planted", atomically: true, encoding: .utf8)
    let isWatching = Mutex(false)
    let watcher = Task.detached {
      var seen = ""
      while !Task.isCancelled {
        seen += try await bench.shell(
          """
          grep -aFl -f planted /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2> /dev/null || true
          find "${TMPDIR:-/tmp}" /tmp /dev/shm -maxdepth 4 -xdev -newer planted -type f -not -name planted -size -100k \\
            -exec grep -aFl -f planted {} + 2> /dev/null || true
          """)
        isWatching.withLock { $0 = true }
      }
      return seen
    }
    while !isWatching.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
    for _ in 0..<3 {
      for (key, kind) in keys { #expect(await trial(passphrase, key, kind) == .opens) }
    }
    watcher.cancel()
    let seen = try await watcher.value
    #expect(seen == "")
  }
}
