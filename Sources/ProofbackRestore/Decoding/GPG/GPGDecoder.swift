import ProofbackCore
import ProofbackSystem

/// OpenPGP messages, binary or armored, opened by gpg with the run's keys and passphrase.
struct GPGDecoder: LayerDecoder {
  var name: String { "gpg" }
  var stage: Stage { .decrypt }

  func recognises(_ head: [UInt8]) -> Bool { OpenPGPHead.begins(head) }

  func withoutKeys(_ head: [UInt8]) -> Finding? {
    guard let recipients = OpenPGPHead.onlyRecipients(head) else { return nil }
    var status = GPGStatus(lines: [])
    status.recipients = recipients
    return GPGJudge(keys: .none, held: [], now: .distantPast).noKeyGiven(status)
  }

  func tool(for head: [UInt8], keys: HeldKeys, in surroundings: DecodingSurroundings) async throws -> LayerTool {
    let home = try await GPGHome.make(keys, in: surroundings)
    let judge = GPGJudge(keys: keys, held: home.held, now: surroundings.now, policy: surroundings.policy)
    let command: Command
    do { command = try home.decryption() } catch {
      home.remove()
      throw error
    }
    return LayerTool(command: command, cleanUp: { home.remove() }, judge: { judge.judge($0) })
  }
}
