import Foundation
import ProofbackCore
import ProofbackSystem

/// age files, binary or armored, opened by age with the run's age and SSH keys, or its passphrase.
struct AgeDecoder: LayerDecoder {
  var name: String { "age" }
  var stage: Stage { .decrypt }

  func recognises(_ head: [UInt8]) -> Bool { AgeHead.begins(head) }

  func withoutKeys(_ head: [UInt8]) -> Finding? {
    let header = AgeHead(head)
    guard header.isSound(in: head) else { return nil }
    return AgeJudge(keys: .none, head: header, held: [], listed: []).noMatch
  }

  func tool(for head: [UInt8], keys: HeldKeys, in surroundings: DecodingSurroundings) async throws -> LayerTool {
    guard let age = Programs.find("age") else {
      throw RunTrouble(
        DecryptFindings.toolMissing, "the backup is encrypted with age, and age is not installed",
        hint: "apt install age")
    }
    let header = AgeHead(head)
    let folder = try DecoderFolder(in: surroundings.keyFolder, name: "age", owner: surroundings.user)
    do {
      let command: Command
      if header.recipients.contains("scrypt"), let passphrase = keys.passphrase {
        command = try withPassphrase(passphrase, age, folder, surroundings.user)
      } else {
        command = try await withIdentities(keys, age, folder, surroundings.user)
      }
      let isListed = !surroundings.policy.recipients.isEmpty
      let held = isListed ? await AgeHolders.held(keys, head, header, in: folder, surroundings) : []
      let judge = AgeJudge(keys: keys, head: header, held: held, listed: surroundings.policy.recipients)
      return LayerTool(command: command, cleanUp: { folder.remove() }, judge: { judge.judge($0) })
    } catch {
      folder.remove()
      throw error
    }
  }

  /// age would ask for an SSH key's passphrase on a terminal: locked ones are given to it without.
  private func withIdentities(_ keys: HeldKeys, _ age: String, _ folder: DecoderFolder, _ user: UInt32) async throws
    -> Command
  {
    var arguments = ["--decrypt"]
    var binds: [Seal.Bind] = []
    var identities = keys.age.map(\.content)
    for key in keys.ssh {
      let passphrases = [key.passphrase, keys.passphrase.map { Data($0) }].compactMap { $0 }
      identities.append(await SSHKeyLock.opened(key.content, with: passphrases, in: folder.path))
    }
    for (number, identity) in identities.enumerated() {
      let file = try folder.file("identity-\(number)", identity)
      binds.append(.init(file, at: "/keys/\(number)"))
      arguments += ["--identity", "/keys/\(number)"]
    }
    return DecoderSeal.seal(Command(age, arguments, environment: DecoderSeal.environment), as: user, binds: binds)
  }

  /// age asks for a passphrase on a terminal and nowhere else. `script` (util-linux) makes one inside the seal and types
  /// the passphrase from its file; message and plaintext go past it, on descriptors of their own.
  private func withPassphrase(
    _ passphrase: [UInt8], _ age: String, _ folder: DecoderFolder, _ user: UInt32
  ) throws -> Command {
    guard let script = Programs.find("script") else {
      throw RunTrouble(
        DecryptFindings.toolMissing, "the age file needs a passphrase, and script is not installed",
        hint: "apt install bsdutils")
    }
    let file = try folder.file("passphrase", passphrase + [UInt8(ascii: "\n")])
    let typed =
      "exec 3<&0 4>&1 5>&2; exec \(script) --quiet --return --command '\(age) --decrypt <&3 >&4 2>&5' /dev/null"
      + " < /keys/passphrase > /dev/null"
    var environment = DecoderSeal.environment
    environment["SHELL"] = Self.shell
    return DecoderSeal.seal(
      Command(Self.shell, ["-c", typed], environment: environment), as: user,
      // scrypt of age's highest work factor, 2^22, takes 4 GiB.
      binds: [.init(age), .init(script), .init(file, at: "/keys/passphrase")], memoryBytes: 6 << 30)
  }

  private static let shell = "/usr/bin/sh"
}
