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

  private static let starting = Task { try await DockerEngine() }

  /// Starts it with the first call. From then on this process's `docker` commands go to it.
  public static func running() async throws -> DockerEngine { try await starting.value }

  public nonisolated let socket: String
  private let child: ChildProcess
  /// By recipe.
  private var images: [String: String] = [:]

  private init() async throws {
    let root = Self.repository + "/.build/docker"
    let folder = NSTemporaryDirectory() + "pb-docker-\(getpid())"
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
    setenv("DOCKER_HOST", "unix://\(socket)", 1)
    let deadline = Date(timeIntervalSinceNow: 60)
    while Date() < deadline, !child.hasEnded {
      if try await Self.docker(["version"]).end.isSuccess { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw Failure(text: "dockerd does not answer: \(String(decoding: child.errorOutput(), as: UTF8.self))")
  }

  /// An image of `scripts/test-images`, made when it is not there yet.
  /// - Returns: its name for `docker run`.
  public func image(_ recipe: String) async throws -> String {
    if let known = images[recipe] { return known }
    let made = try await Command(Self.repository + "/scripts/test-images", [recipe]).capture(within: 900)
    guard made.end.isSuccess else { throw Failure(text: "\(recipe): \(made.errorText)") }
    let file = made.text.trimmingCharacters(in: .whitespacesAndNewlines)
    // The file's name has the recipe's version in it.
    let version = file.split(separator: "-").last?.prefix { $0.isNumber } ?? "0"
    let name = "proofback-test/\(recipe):\(version)"
    if try await !Self.docker(["image", "inspect", name]).end.isSuccess {
      let outcome = try await Self.docker(["import", "\(Self.repository)/\(file)", name], within: 300)
      guard outcome.end.isSuccess else { throw Failure(text: outcome.errorText) }
    }
    images[recipe] = name
    return name
  }

  /// Runs the `docker` command against this engine.
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
