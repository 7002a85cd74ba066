import ArgumentParser
import Foundation
import ProofbackCore
import ProofbackStore
import ProofbackSystem
import SystemPackage

/// Where the server's state lies.
struct StateOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The file of the master key; master.key in the state folder.", valueName: "file"))
  var masterKey: String?
  @Option(help: ArgumentHelp("Folder of the state.", valueName: "folder"))
  var stateFolder: String?

  var place: StatePlace { StatePlace(stateFolder, masterKey: masterKey) }

  /// These options once more, for a command that is proposed.
  var again: String {
    [("--master-key", masterKey), ("--state-folder", stateFolder)].map { name, value in
      value.map { " \(name) \(UntrustedText.line($0, limit: 400))" } ?? ""
    }.joined()
  }
}

/// A state folder and the key that goes with it.
struct StatePlace: Sendable {
  let folder: String
  let key: KeyFile

  init(_ folder: String?, masterKey: String?) {
    self.folder = URL(fileURLWithPath: folder ?? Composition.stateFolder).standardizedFileURL.path
    key = KeyFile(masterKey ?? "\(self.folder)/master.key")
  }

  var database: String { "\(folder)/state.sqlite" }

  /// Servers share the state; what may not happen beside a server has it alone. The kernel gives the lock back however we
  /// end.
  func lock(isShared: Bool) throws -> FileLock {
    let path = "\(folder)/state.lock"
    do {
      if let lock = try FileLock.take(FilePath(path), isShared: isShared) { return lock }
    } catch {
      throw CommandFailure(
        "state.unwritable", "\(UntrustedText.line(path, limit: 400)) can't be written to: \(error)",
        hint: "call it as the user that the server runs as, or name the state's folder with --state-folder")
    }
    throw isShared
      ? CommandFailure(
        "state.in-use", "the state in \(folder) is being restored, or its master key changed",
        hint: "start again when that is done")
      : CommandFailure("state.in-use", "a server runs on the state in \(folder)", hint: "stop it first")
  }

  /// - Throws: also where the folder lies on a file system that a state can't be on.
  func makeFolder() throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
    guard let system = NetworkFileSystem.name(of: folder).map({ UntrustedText.line($0, limit: 80) }) else { return }
    throw CommandFailure(
      "state.network-file-system",
      "the state folder \(StateFaults.shown(folder)) lies on \(system), a network file system",
      hint: "name a folder on a disk of this machine, with --state-folder (on AWS: an EBS volume): SQLite's log and "
        + "locks hold within one machine only; backups of the state may lie there: proofback backup FILE")
  }
}

/// A state that a server works on. The lock is held as long as this lives.
struct OpenState {
  let database: StateDatabase
  let key: MasterKey
  private let lock: FileLock

  /// Makes what is not there yet, and finishes a rotation that was cut off.
  init(_ place: StatePlace, now: Date = Date()) throws {
    try place.makeFolder()
    if place.key.isUnsettled, let alone = try? place.lock(isShared: false) {
      _ = try StateDatabase(path: place.database).masterKey(place.key, settles: true, now: now)
      withExtendedLifetime(alone) {}
    }
    lock = try place.lock(isShared: true)
    database = try StateDatabase(path: place.database)
    key = try database.masterKey(place.key, settles: false, now: now)
  }
}
