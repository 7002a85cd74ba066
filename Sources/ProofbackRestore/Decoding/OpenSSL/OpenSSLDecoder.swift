import ProofbackCore
import ProofbackSystem

/// Containers of `openssl enc`, opened by openssl with the run's passphrase. They say neither cipher nor key derivation,
/// and protect nothing against changes.
struct OpenSSLDecoder: LayerDecoder {
  var name: String { "openssl" }
  var stage: Stage { .decrypt }

  func recognises(_ head: [UInt8]) -> Bool { OpenSSLHead.begins(head) }

  func tool(for head: [UInt8], keys: HeldKeys, in surroundings: DecodingSurroundings) async throws -> LayerTool {
    guard let openssl = Programs.find("openssl") else {
      throw RunTrouble(
        DecryptFindings.toolMissing, "the backup is encrypted with openssl, and openssl is not installed",
        hint: "apt install openssl")
    }
    let container = OpenSSLHead(head)
    let folder = try DecoderFolder(in: surroundings.keyFolder, name: "openssl", owner: surroundings.user)
    do {
      // openssl takes the first line; an empty file would be an error.
      let given = try keys.passphrase.flatMap { $0.isEmpty ? nil : try folder.file("given", $0 + [0x0A]) }
      let empty = try folder.file("empty", [0x0A])
      let trial = OpenSSLTrial(openssl: openssl, head: container, folder: folder, surroundings: surroundings)
      let result = try await trial.find([given, empty].compactMap { $0 })
      let judge = OpenSSLJudge(
        keys: keys, head: container, result: result, cipher: surroundings.opensslCipher, policy: surroundings.policy)
      var command = DecoderSeal.seal(
        Command("/usr/bin/true", environment: DecoderSeal.environment), as: surroundings.user)
      if case .opened(let way, let withEmpty) = result {
        command = Self.decryption(openssl, way, container, withEmpty ? empty : given ?? empty, surroundings.user)
      }
      return LayerTool(command: command, cleanUp: { folder.remove() }, judge: { judge.judge($0) })
    } catch {
      folder.remove()
      throw error
    }
  }

  private static func decryption(
    _ openssl: String, _ way: OpenSSLWay, _ container: OpenSSLHead, _ passphrase: String, _ user: UInt32
  ) -> Command {
    let arguments = ["enc", "-d"] + container.option + way.arguments + ["-pass", "file:/keys/passphrase"]
    return DecoderSeal.seal(
      Command(openssl, arguments, environment: DecoderSeal.environment), as: user,
      binds: [.init(passphrase, at: "/keys/passphrase")])
  }
}
