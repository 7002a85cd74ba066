import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem

/// An image that is on this machine's engine.
struct DockerImage: Sendable, Equatable {
  /// As it was asked for.
  var name: String
  /// `sha256:…` of its configuration: the same bytes have the same.
  var id: String
  /// Folders that it wants volumes for: nobody would count what is written there.
  var volumes: [String]

  /// Letters and digits that name what was prepared with it.
  var identity: String { "docker-\(id.split(separator: ":").last?.prefix(16) ?? "")" }

  /// The image, pulled when it is not here.
  /// - Throws: `RunTrouble`.
  static func find(_ name: String) async throws -> DockerImage {
    guard ImageName.isName(name) else {
      throw RunTrouble(DockerFindings.imageInvalid, "\(UntrustedText.line(name, limit: 200)) is no image's name")
    }
    if let image = try await inspect(name) { return image }
    let pulled = try await DockerEngine.capture(["pull", "--quiet", name], within: 1800)
    if pulled.end.isSuccess, let image = try await inspect(name) { return image }
    throw RunTrouble(
      DockerFindings.imageMissing, "the image \(name) is not here and can't be pulled",
      evidence: pulled.errorText.split(separator: "\n").suffix(2).map { UntrustedText.line($0, limit: 300) })
  }

  /// Nil when the engine has no such image.
  private static func inspect(_ name: String) async throws -> DockerImage? {
    let format = "{{.Id}} {{.Os}} {{.Architecture}} {{json .Config.Volumes}}"
    let outcome = try await DockerEngine.capture(["image", "inspect", "--format", format, name])
    let words = outcome.text.split(separator: " ", maxSplits: 3).map(String.init)
    guard outcome.end.isSuccess, words.count == 4 else { return nil }
    guard words[1] == "linux", words[2] == architecture else {
      throw RunTrouble(
        DockerFindings.wrongPlatform,
        "the image \(name) is made for \(words[1])/\(words[2]), this machine is linux/\(architecture)")
    }
    let volumes = try? JSONDecoder().decode([String: [String: String]]?.self, from: Data(words[3].utf8))
    return DockerImage(name: name, id: words[0], volumes: (volumes ?? [:])?.keys.sorted() ?? [])
  }

  /// This processor as images name it (GOARCH).
  #if arch(x86_64)
    static let architecture = "amd64"
  #elseif arch(arm64)
    static let architecture = "arm64"
  #else
    static let architecture = "unknown"
  #endif
}

/// The engine of this machine.
enum DockerEngine {
  /// Looks at what keeps the engine from being used, without a word of the command's being read.
  static func trouble() async -> RunTrouble? {
    guard Programs.find("docker") != nil else {
      return RunTrouble(DockerFindings.notInstalled, "docker is not installed here")
    }
    guard let socket = Containers.socket else {
      let named = ProcessInfo.processInfo.environment["DOCKER_HOST"] ?? "its context"
      return RunTrouble(
        DockerFindings.elsewhere,
        "docker is told to use \(UntrustedText.line(named, limit: 200)), which is no unix socket here")
    }
    switch connectError(socket) {
    case 0: return await mapping()
    case EACCES, EPERM:
      return RunTrouble(DockerFindings.noPermission, "user \(geteuid()) may not connect to \(socket)")
    case let error:
      return RunTrouble(
        DockerFindings.notRunning, "nothing answers on \(socket)",
        evidence: [String(cString: strerror(error))], canRetry: true)
    }
  }

  /// Folders of the run are the container's: users must be the same on both sides.
  private static func mapping() async -> RunTrouble? {
    guard let outcome = try? await capture(["info", "--format", "{{json .SecurityOptions}}"]), outcome.end.isSuccess
    else {
      return RunTrouble(DockerFindings.notRunning, "the engine does not say what it is", canRetry: true)
    }
    let options = (try? JSONDecoder().decode([String].self, from: Data(outcome.output))) ?? []
    for kind in ["name=rootless", "name=userns"] where options.contains(where: { $0.hasPrefix(kind) }) {
      return RunTrouble(DockerFindings.elsewhere, "the engine maps users (\(kind.dropFirst("name=".count)))")
    }
    return nil
  }

  /// Whether the disk of its own data has less than 64 MB left.
  static func fullDisk() async -> RunTrouble? {
    guard let outcome = try? await capture(["info", "--format", "{{.DockerRootDir}}"]), outcome.end.isSuccess else {
      return nil
    }
    let folder = outcome.text.filter { !$0.isNewline }
    var space = statvfs()
    guard statvfs(folder, &space) == 0, UInt64(space.f_bavail) * UInt64(space.f_frsize) < 64 << 20 else { return nil }
    return RunTrouble(
      DockerFindings.full,
      "the Docker Engine's folder \(UntrustedText.line(folder, limit: 200)) has \(Quantity.text(bytes: UInt64(space.f_bavail) * UInt64(space.f_frsize))) left",
      canRetry: true)
  }

  static func capture(_ arguments: [String], within seconds: Double = 60) async throws -> Command.Outcome {
    guard let command = Containers.docker(arguments) else {
      throw RunTrouble(DockerFindings.notInstalled, "docker is not installed here")
    }
    return try await command.capture(within: seconds, ownSession: true)
  }

  /// 0, or why nobody is reached.
  private static func connectError(_ path: String) -> Int32 {
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return ENAMETOOLONG }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let answer = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return answer == 0 ? 0 : errno
  }
}
