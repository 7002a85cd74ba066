import ProofbackCore
import ProofbackSystem
import SystemPackage

/// How `proofback mongo-client` is started in the sandbox: this program itself, with the libraries that it is linked to.
enum MongoClientProgram {
  /// - Parameter executable: another program that has the command, or nil for this one.
  static func program(executable: FilePath?, socket: FilePath) -> SandboxProgram {
    SandboxProgram(
      name: "mongo-client", executable: executable ?? FilePath(OwnProgram.executable),
      arguments: ["mongo-client", socket.string], environment: ["LC_ALL": "C.UTF-8"],
      reads: OwnProgram.libraries.map { FilePath($0) }, role: .client)
  }
}
