import ArgumentParser
import Foundation
import ProofbackCore
import ProofbackStore

/// What goes wrong with a state, in words: a lower-case fact, then what to do.
enum StateFaults {
  /// Carries out `work`; what it throws becomes a message for whoever called the command.
  static func explained<Value>(_ place: StatePlace, _ work: () throws -> Value) throws -> Value {
    do { return try work() } catch {
      guard let text = text(error, place) else { throw error }
      throw ValidationError(text)
    }
  }

  private static func text(_ error: any Error, _ place: StatePlace) -> String? {
    switch error {
    case let error as MasterKeyError: text(error)
    case let error as StateFileError: text(error)
    case StoreError.newerState(let path): "\(path) was written by a newer version of proofback"
    case StoreError.notThere: "there is no state in \(place.folder)\nnext: name its folder with --state-folder"
    case StoreError.noMasterKey(let path):
      "secrets are stored, and their master key \(path) is not there\nnext: put it there, or name it with --master-key"
    case StoreError.wrongMasterKey:
      "the master key \(place.key.path) does not open the stored secrets\nnext: give the key that they were sealed with, "
        + "with --master-key"
    default: nil
    }
  }

  private static func text(_ error: MasterKeyError) -> String {
    switch error {
    case .unreadable(let path, let why): "the master key \(path) can't be read: \(why)"
    case .unwritable(let path, let why): "the master key can't be written to \(path): \(why)"
    case .readByOthers(let path): "the master key \(path) can be read by others\nnext: chmod 600 \(path)"
    case .noKey(let path): "\(path) holds no master key"
    }
  }

  private static func text(_ error: StateFileError) -> String {
    switch error {
    case .unreadable(let path): "\(shown(path)) can't be read"
    case .unwritable(let path, let why): "\(shown(path)) can't be written: \(why)"
    case .otherFile(let path): "\(shown(path)) is there, and no backup of a state\nnext: name another file"
    case .notState: "the file is no state of proofback"
    case .damaged(let lines):
      (["the file is damaged"] + lines.map { "  " + UntrustedText.line($0, limit: 200) } + ["next: use an older backup"])
        .joined(separator: "\n")
    case .orphans(let count): "the file is damaged: \(count) rows belong to rows that are not there"
    case .auditBroken(let line): "line \(line) of the audit trail in the file does not fit the one before it"
    case .occupied(let path):
      "there is a state already: \(shown(path))\nnext: --replace puts the backup in its place, and keeps it aside"
    }
  }

  private static func shown(_ path: String) -> String { UntrustedText.line(path, limit: 400) }
}
