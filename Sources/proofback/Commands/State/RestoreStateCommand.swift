import ArgumentParser
import Foundation
import ProofbackCore
import ProofbackStore

struct RestoreStateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore-state",
    abstract: "Bring back the server's own state from a backup.",
    discussion: """
      The backup is copied and checked first: SQLite's integrity check, foreign keys, the audit trail, its version, and
      that the master key opens every secret. Servers on this state must be stopped. Everybody has to log in again;
      what was changed after the backup was made (people removed, tokens revoked) is as it was then.

      Examples:
        proofback restore-state /backups/proofback.sqlite
        proofback restore-state /backups/proofback.sqlite --replace
      """)

  @Argument(help: ArgumentHelp("What `proofback backup` wrote.", valueName: "file"))
  var file: String
  @Flag(help: "Put it in the place of the state that is there, which is kept aside.")
  var replace = false
  @OptionGroup var options: StateOptions

  func run() throws {
    let place = options.place
    let done = try StateFaults.explained(place, file: file) {
      try place.makeFolder()
      let lock = try place.lock(isShared: false)
      defer { withExtendedLifetime(lock) {} }
      return try StateRestore(file, into: place.folder, key: place.key)
        .carryOut(replaces: replace, origin: "command line", now: Date())
    }
    print("the state in \(place.folder) is that of \(UntrustedText.line(file, limit: 400))")
    if done.secrets > 0 { print("the master key opens all \(Quantity.text(done.secrets, "secret"))") }
    if let aside = done.keptAside { print("the state before is kept in \(aside)") }
    if options.masterKey != nil {
      print("next: proofback serve\(options.again); without the master key's file it does not start")
    }
  }
}
