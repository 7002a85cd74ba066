import Foundation
import Glibc
import ProofbackCore
import SystemPackage

/// How `proofback mongo-client` is started in the sandbox: this program itself, with the libraries that it is linked to.
enum MongoClientProgram {
  /// - Parameter executable: another program that has the command, or nil for this one.
  static func program(executable: FilePath?, socket: FilePath) -> SandboxProgram {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/proc/self/exe"
    let folders = libraryFolders()
    var environment = ["LC_ALL": "C.UTF-8"]
    // The program may name them by a link that is not there inside.
    if !folders.isEmpty { environment["LD_LIBRARY_PATH"] = folders.joined(separator: ":") }
    return SandboxProgram(
      name: "mongo-client", executable: executable ?? FilePath(own), arguments: ["mongo-client", socket.string],
      environment: environment, reads: folders.map { FilePath($0) }, role: .client)
  }

  /// Folders of shared libraries outside the system's own, which a sandbox shows anyway: a Swift toolchain's.
  private static func libraryFolders() -> [String] {
    let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
    let system = ["/usr/lib/x86_64", "/usr/lib/aarch64", "/lib/", "/lib64/", "/usr/lib64/"]
    var folders: Set<String> = []
    for line in maps.split(separator: "\n") {
      guard let slash = line.firstIndex(of: "/"), line.contains(".so") else { continue }
      let folder = String(line[slash...].prefix(upTo: line[slash...].lastIndex(of: "/")!))
      if !system.contains(where: { (folder + "/").hasPrefix($0) }) { folders.insert(folder) }
    }
    return folders.sorted()
  }
}
