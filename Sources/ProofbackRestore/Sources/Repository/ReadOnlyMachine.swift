import ProofbackCore
import ProofbackSystem
import SystemPackage

/// A machine that can only be read, but for one folder, and that has no network: for programs that read a repository of this
/// machine. borg writes a repository's index anew where it finds none, lock or no lock.
enum ReadOnlyMachine {
  /// - Throws: `RunTrouble` when bubblewrap is not here.
  static func seal(_ command: Command, writable folder: FilePath) throws -> Command {
    guard let program = Programs.find("bwrap") else {
      throw RunTrouble(SourceFindings.toolMissing, "bubblewrap is not installed", hint: "apt install bubblewrap")
    }
    let arguments = [
      "--ro-bind", "/", "/", "--dev", "/dev", "--bind", folder.string, folder.string, "--unshare-net", "--unshare-ipc",
      "--die-with-parent", "--",
    ]
    return command.wrapped(by: Command(program, arguments, environment: command.environment))
  }
}
