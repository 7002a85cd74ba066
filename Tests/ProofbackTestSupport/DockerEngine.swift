import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// A Docker Engine of the tests' own, with a socket and a data root apart from the machine's. One per test process; it and
/// all its containers live in a process namespace that ends with this process.
public actor DockerEngine {
  /// Whether one can run here at all; a suite that needs it says so loudly where not.
  public static let canRun = geteuid() == 0 && Programs.find("dockerd") != nil && Programs.find("docker") != nil
  public static let whyNot = "SKIPPED: no Docker Engine can run here (root and Debian's docker.io are needed)"

  private static let starting = Task {
    let engine = try await begin(attempts: 3)
    setenv("DOCKER_HOST", "unix://\(engine.socket)", 1)
    return engine
  }

  /// On a busy machine dockerd may give up waiting for its containerd.
  private static func begin(attempts: Int) async throws -> DockerEngine {
    do {
      return try await DockerEngine(root: repository + "/.build/docker", name: "pb-docker-\(getpid())-\(attempts)")
    } catch let failure as Failure where attempts > 1 {
      print("once more: \(failure)")
      return try await begin(attempts: attempts - 1)
    }
  }

  /// Starts it with the first call. From then on this process's `docker` commands go to it.
  public static func running() async throws -> DockerEngine { try await starting.value }

  /// Another one beside it that a test may break, with its data in `root`. This process's commands don't go to it.
  public static func another(root: String) async throws -> DockerEngine {
    try await DockerEngine(root: root, name: "pb-docker-\(UUID().uuidString.prefix(8))")
  }

  public nonisolated let socket: String
  private let child: ChildProcess
  /// By recipe.
  private var images: [String: Task<String, any Error>] = [:]

  private init(root: String, name: String) async throws {
    let folder = NSTemporaryDirectory() + name
    for path in [root, folder] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    socket = folder + "/s"
    let socket = self.socket
    child = try await ChildProcess.start(
      Command(
        "/usr/bin/setpriv",
        [
          "--pdeathsig", "KILL", "/usr/bin/unshare", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc",
          Programs.find("dockerd") ?? "dockerd", "--data-root", root, "--exec-root", folder + "/exec", "--pidfile",
          folder + "/pid", "--host", "unix://\(socket)", "--iptables=false", "--ip6tables=false", "--bridge=none",
          "--log-level=error",
        ]), ownSession: true)
    let deadline = Date(timeIntervalSinceNow: 60)
    while Date() < deadline, !child.hasEnded {
      if try await docker(["version"]).end.isSuccess { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw Failure(text: "dockerd does not answer: \(String(decoding: child.errorOutput(), as: UTF8.self))")
  }

  /// An image of `scripts/test-images`, made when it is not there yet.
  /// - Returns: its name for `docker run`.
  public func image(_ recipe: String) async throws -> String {
    let image = images[recipe] ?? Task { try await makeImage(recipe) }
    images[recipe] = image
    return try await image.value
  }

  private func makeImage(_ recipe: String) async throws -> String {
    let made = try await Command(Self.repository + "/scripts/test-images", [recipe]).capture(within: 900)
    guard made.end.isSuccess else { throw Failure(text: "\(recipe): \(made.errorText)") }
    let file = made.text.trimmingCharacters(in: .whitespacesAndNewlines)
    // The file's name has the recipe's version in it.
    let version = file.split(separator: "-").last?.prefix { $0.isNumber } ?? "0"
    let name = "proofback-test/\(recipe):\(version)-volume"
    if try await !docker(["image", "inspect", name]).end.isSuccess {
      // As makers' images do: each container gets a volume, and whoever removes that one has to remove this, too.
      let change = ["--change", "VOLUME /srv/volume-of-the-image"]
      let outcome = try await docker(["import"] + change + ["\(Self.repository)/\(file)", name], within: 300)
      guard outcome.end.isSuccess else { throw Failure(text: outcome.errorText) }
    }
    return name
  }

  /// Ends it at once, with all its containers.
  public func stop() async { await child.stop(within: 0) }

  /// Runs the `docker` command against this one.
  public nonisolated func docker(_ arguments: [String], within seconds: Double = 60) async throws -> Command.Outcome {
    guard var command = Containers.docker(arguments) else { throw Failure(text: "docker is not installed") }
    command.environment["DOCKER_HOST"] = "unix://\(socket)"
    return try await command.capture(within: seconds)
  }

  /// Runs the `docker` command against the engine that this process's commands go to.
  public static func docker(_ arguments: [String], within seconds: Double = 60) async throws -> Command.Outcome {
    guard let command = Containers.docker(arguments) else { throw Failure(text: "docker is not installed") }
    return try await command.capture(within: seconds)
  }

  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  public struct Failure: Error, CustomStringConvertible {
    var text: String
    public init(text: String) { self.text = text }
    public var description: String { text }
  }
}
