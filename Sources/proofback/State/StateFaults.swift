import Foundation
import ProofbackCore
import ProofbackStore

/// What goes wrong with a state, in words: a code, a lower-case fact, then what to do.
enum StateFaults {
  /// Carries out `work`; what it throws becomes a failure of the command.
  /// - Parameter file: what is checked, when that is not the state itself.
  static func explained<Value>(_ place: StatePlace, file: String? = nil, _ work: () throws -> Value) throws -> Value {
    do { return try work() } catch { throw failure(error, place, file ?? place.database) ?? error }
  }

  private static func failure(_ error: any Error, _ place: StatePlace, _ file: String) -> CommandFailure? {
    switch error {
    case let error as MasterKeyError: failure(error)
    case let error as StateFileError: failure(error, shown(file))
    case let error as StoreError: failure(error, place)
    case let error as CocoaError: unusable(place, reason(error))
    default:
      DatabaseWords.said(by: error).map { why in
        CommandFailure(
          "state.unusable", "the state \(shown(place.database)) can't be used: \(UntrustedText.line(why))",
          hint: "name another folder with --state-folder, or bring a backup back with proofback restore-state")
      }
    }
  }

  private static func unusable(_ place: StatePlace, _ why: String) -> CommandFailure {
    CommandFailure(
      "state.unusable", "the state folder \(shown(place.folder)) can't be used: \(UntrustedText.line(why))",
      hint: "name a folder that this user may write to, with --state-folder")
  }

  /// What the system said beneath Foundation's error.
  private static func reason(_ error: CocoaError) -> String {
    let underlying = error.underlying as? POSIXError
    return underlying.map { String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription
  }

  private static func failure(_ error: StoreError, _ place: StatePlace) -> CommandFailure? {
    switch error {
    case .newerState(let path):
      CommandFailure(
        "state.newer", "\(shown(path)) was written by a newer version of proofback",
        hint: "use that version, or a backup of before")
    case .notThere:
      CommandFailure(
        "state.not-there", "there is no state in \(shown(place.folder))", hint: "name its folder with --state-folder")
    case .noMasterKey(let path):
      CommandFailure(
        "vault.no-key", "secrets are stored, and their master key \(shown(path)) is not there",
        hint: "put it there, or name it with --master-key")
    case .wrongMasterKey:
      CommandFailure(
        "vault.wrong-key", "the master key \(shown(place.key.path)) does not open the stored secrets",
        hint: "give the key that they were sealed with, with --master-key")
    default: nil
    }
  }

  private static func failure(_ error: MasterKeyError) -> CommandFailure {
    switch error {
    case .unreadable(let path, let why):
      CommandFailure("vault.key-unreadable", "the master key \(shown(path)) can't be read: \(why)")
    case .unwritable(let path, let why):
      CommandFailure("vault.key-unwritable", "the master key can't be written to \(shown(path)): \(why)")
    case .readByOthers(let path):
      CommandFailure(
        "vault.key-open", "the master key \(shown(path)) can be read by others", hint: "chmod 600 \(shown(path))")
    case .noKey(let path):
      CommandFailure(
        "vault.key-malformed", "\(shown(path)) holds no master key", hint: "name its file with --master-key")
    }
  }

  private static func failure(_ error: StateFileError, _ file: String) -> CommandFailure {
    switch error {
    case .unreadable(let path):
      CommandFailure(
        "state.unreadable", "\(shown(path)) can't be read",
        hint: "name a file that is there and that this user may read")
    case .unwritable(let path, let why): CommandFailure("state.unwritable", "\(shown(path)) can't be written: \(why)")
    case .otherFile(let path):
      CommandFailure("state.other-file", "\(shown(path)) is there, and no backup of a state", hint: "name another file")
    case .notState:
      CommandFailure("state.none", "\(file) is no state of proofback", hint: "name what proofback backup wrote")
    case .damaged(let lines):
      CommandFailure(
        "state.damaged",
        "\(file) is damaged: \(lines.map { UntrustedText.line($0, limit: 200) }.joined(separator: "; "))",
        hint: "use an older backup")
    case .orphans(let count):
      CommandFailure(
        "state.damaged", "\(file) is damaged: \(count) rows belong to rows that are not there",
        hint: "use an older backup")
    case .auditBroken(let line):
      CommandFailure(
        "audit.broken", "line \(line) of the audit trail in \(file) does not fit the one before it",
        hint: "somebody has changed the file; an older backup has the trail as it was")
    case .occupied(let path):
      CommandFailure(
        "state.occupied", "there is a state already: \(shown(path))",
        hint: "--replace puts the backup in its place, and keeps it aside")
    }
  }

  static func shown(_ path: String) -> String { UntrustedText.line(path, limit: 400) }
}
