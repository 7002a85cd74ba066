import ArgumentParser
import Foundation
import ProofbackCore
import ProofbackStore

struct VaultCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vault", abstract: "The key that seals all stored secrets.", subcommands: [Rotate.self])

  struct Rotate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rotate",
      abstract: "Seal all stored secrets with a new master key, and shred the old one.",
      discussion: """
        Servers on this state must be stopped. When it is cut off at any point, the next start finds the right key.
        Backups of the state that were made before need the old key, which is gone afterwards: make a new one.

        Examples:
          proofback vault rotate
          proofback vault rotate --master-key /etc/proofback/master.key
        """)

    @OptionGroup var options: StateOptions

    func run() throws {
      let place = options.place
      let count = try StateFaults.explained(place) {
        guard FileManager.default.fileExists(atPath: place.database) else { throw StoreError.notThere }
        let lock = try place.lock(isShared: false)
        defer { withExtendedLifetime(lock) {} }
        let state = try StateDatabase(path: place.database)
        return try VaultRotation(state, place.key).carryOut(origin: "command line", now: Date())
      }
      print(
        """
        \(Quantity.text(count, "secret")) sealed with a new master key, \(place.key.path); the old one is gone
        next: back up the new key, and the state: proofback backup FILE
        """)
    }
  }
}
