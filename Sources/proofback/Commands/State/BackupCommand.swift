import ArgumentParser
import Foundation
import ProofbackCore
import ProofbackStore

struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Back up the server's own state, also while it runs.",
    discussion: """
      The file is one moment of the whole state, checked as a restore checks it, the audit trail too. Stored secrets in it stay sealed, and the master key is not in it:
      keep a copy of the key in another place. `proofback run FILE` tests it, `proofback restore-state FILE` brings
      it back.

      Examples:
        proofback backup /backups/proofback.sqlite
      """)

  @Argument(help: ArgumentHelp("Written whole, then moved there; an older backup is replaced.", valueName: "file"))
  var file: String
  @OptionGroup var options: StateOptions

  func run() throws {
    let place = options.place
    let path = URL(fileURLWithPath: file).standardizedFileURL.path
    let made = try StateFaults.explained(place) {
      try StateBackup.write(StateDatabase(reading: place.database), to: path)
    }
    print("wrote \(UntrustedText.line(path, limit: 400)), \(Quantity.text(bytes: made.bytes))")
    if let newest = made.newest {
      print("audit trail: \(Quantity.text(Int(newest.number), "line")), newest \(newest.hash)")
    }
    if made.secrets > 0 {
      print(
        """
        \(Quantity.text(made.secrets, "stored secret")) in it can only be opened with the master key, which is not in it
        next: keep a copy of \(keyFile(place)) in another place
        """)
    }
  }

  /// A server may have been given another place than the one that is the default here.
  private func keyFile(_ place: StatePlace) -> String {
    let path = UntrustedText.line(place.key.path, limit: 400)
    return FileManager.default.fileExists(atPath: place.key.path)
      ? path : "the file that the server's --master-key names (\(path) is not there)"
  }
}
