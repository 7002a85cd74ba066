import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// A registry on the loopback (Debian's docker-registry), which no login is needed for. It ends with its owner's `stop`, or
/// with this process.
public final class ImageRegistry: Sendable {
  public static let canRun = Programs.find("docker-registry") != nil

  private let folder: TemporaryFolder
  private let child: ChildProcess
  /// Begins the names of its images.
  public let name: String

  public static func running<Value>(_ body: (ImageRegistry) async throws -> Value) async throws -> Value {
    let registry = try await ImageRegistry()
    do {
      let value = try await body(registry)
      await registry.stop()
      return value
    } catch {
      await registry.stop()
      throw error
    }
  }

  private init() async throws {
    folder = try TemporaryFolder("registry")
    name = "127.0.0.1:\(try FreePort.take())"
    let settings = """
      version: 0.1
      storage:
        filesystem:
          rootdirectory: \(folder.path)/store
      http:
        addr: \(name)

      """
    let file = try folder.write("config.yml", settings)
    child = try await ChildProcess.start(
      Command(
        "/usr/bin/setpriv",
        ["--pdeathsig", "KILL", Programs.find("docker-registry") ?? "docker-registry", "serve", file]),
      ownSession: true)
    let deadline = Date(timeIntervalSinceNow: 30)
    while Date() < deadline, !child.hasEnded {
      let asked = try await Command("/usr/bin/curl", ["-sS", "--fail", "http://\(name)/v2/"]).capture()
      if asked.end.isSuccess { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw DockerEngine.Failure(text: "docker-registry: \(String(decoding: child.errorOutput(), as: UTF8.self))")
  }

  public func stop() async {
    await child.stop(within: 2)
    folder.remove()
  }

  /// Puts an image into it that is to a worker what `packaging/docker/worker.Dockerfile` makes: it has a plain user and an
  /// entry point of its own, and what `recipe` has; also the libraries of a build for development.
  /// - Returns: its name, by its digest.
  public func pushWorker(_ recipe: String) async throws -> String {
    let engine = try await DockerEngine.running()
    let (base, made, pushed) = (
      try await engine.image(recipe), "registry-\(UUID().uuidString)", "\(name)/team/worker:1"
    )
    func docker(_ arguments: [String]) async throws -> String {
      let outcome = try await engine.docker(arguments, within: 600)
      guard outcome.end.isSuccess else { throw DockerEngine.Failure(text: "\(arguments[0]): \(outcome.errorText)") }
      return outcome.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let libraries = "/opt/swift/usr/lib/swift"
    let mounts =
      FileManager.default.fileExists(atPath: libraries) ? ["--volume", "\(libraries):/libraries:ro"] : []
    let copy = "[ ! -d /libraries ] || { mkdir -p \(libraries)/linux; cp /libraries/linux/*.so \(libraries)/linux; }"
    _ = try await docker(
      ["run", "--name", made, "--network", "none"] + mounts
        + [base, "sh", "-c", "install -d -m 0711 -o 10001 -g 10001 /var/lib/proofback && { \(copy); }"])
    let settings = [
      "USER 10001:10001", "WORKDIR /var/lib/proofback", "VOLUME /var/lib/proofback", #"ENTRYPOINT ["proofback"]"#,
      "ENV PROOFBACK_STATE=/var/lib/proofback",
    ]
    _ = try await docker(["commit"] + settings.flatMap { ["--change", $0] } + [made, pushed])
    _ = try await docker(["rm", "--force", "--volumes", made])
    _ = try await docker(["push", "--quiet", pushed])
    let name = try await docker(["image", "inspect", "--format", "{{index .RepoDigests 0}}", pushed])
    _ = try await docker(["rmi", "--force", pushed])
    return name
  }
}
