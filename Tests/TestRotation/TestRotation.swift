import Foundation
import Glibc
import ProofbackStore

/// Changes the master key of the state in a folder, and ends as by `kill -9` when it has come to a step.
///
///     TestRotation FOLDER STEP
@main
struct TestRotation {
  static func main() throws {
    let (folder, last) = (CommandLine.arguments[1], CommandLine.arguments[2])
    let state = try StateDatabase(path: folder + "/state.sqlite")
    let rotation = VaultRotation(state, KeyFile(folder + "/master.key")) { step in
      if step.rawValue == last { kill(getpid(), SIGKILL) }
    }
    _ = try rotation.carryOut(origin: "test", now: Date())
  }
}
