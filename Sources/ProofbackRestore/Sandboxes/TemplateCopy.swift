import Glibc
import ProofbackSystem
import SystemPackage

/// How a prepared folder becomes a sandbox's data.
enum TemplateCopy {
  /// In their order: with its holes, and the sandbox's user's where we may give it away.
  static func commands(from template: FilePath, to data: FilePath, user: UInt32) -> [Command] {
    let copy = Command(
      "/bin/cp", ["-a", "--reflink=auto", "--sparse=always", "--", "\(template.string)/.", data.string])
    guard geteuid() == 0 else { return [copy] }
    return [copy, Command("/bin/chown", ["-hR", "\(user):\(user)", "--", data.string])]
  }
}
