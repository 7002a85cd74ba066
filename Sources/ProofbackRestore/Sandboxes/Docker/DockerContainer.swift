import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// A container that waits for programs. It ends with the worker: its first process reads a pipe whose other end the worker
/// holds, and the engine removes it then.
final class DockerContainer: Sendable {
  let name: String
  /// Programs in the usual folders of the image.
  let programs: Set<String>
  private let client: ChildProcess
  private let lifeline: FileDescriptor

  private init(name: String, programs: Set<String>, client: ChildProcess, lifeline: FileDescriptor) {
    self.name = name
    self.programs = programs
    self.client = client
    self.lifeline = lifeline
  }

  struct Plan {
    var request: SandboxRequest
    var image: DockerImage
    var data: SandboxFolder
    var exchange: SandboxFolder
    var user: UInt32
    var users: FilePath
    var profile: FilePath
  }

  /// Starts it and waits until programs can be started in it.
  /// - Throws: `RunTrouble`.
  static func start(_ plan: Plan) async throws -> DockerContainer {
    let name = "proofback-\(plan.request.runID)-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
    guard let command = Containers.docker(plan.arguments(name)) else {
      throw RunTrouble(DockerFindings.notInstalled, "docker is not installed here")
    }
    try RunFolder.record(container: name, in: plan.request.runFolder)
    let input = try Pipe()
    let output = try await input.closedOnError { try Pipe() }
    let client: ChildProcess
    do {
      client = try await ChildProcess.start(
        command, input: .descriptor(input.readEnd), output: .descriptor(output.writeEnd), ownSession: true)
    } catch {
      for end in [input.writeEnd, output.readEnd] { try? end.close() }
      throw RunTrouble(SandboxFindings.broken, "docker can't be started: \(error)")
    }
    let programs = await firstWords(output.readEnd, client)
    let container = DockerContainer(name: name, programs: programs ?? [], client: client, lifeline: input.writeEnd)
    if programs != nil { return container }
    let said = await client.wholeErrorOutput()
    await container.remove()
    if let trouble = await DockerEngine.trouble() { throw trouble }
    if let full = await DockerEngine.fullDisk() { throw full }
    throw RunTrouble(
      DockerFindings.imageUnusable, "no container of the image \(plan.image.name) can be started",
      evidence: said.split(separator: 10).suffix(3).map { UntrustedText.line(bytes: $0, limit: 300) })
  }

  /// What it has, when it is ready; nil when it does not get so far.
  private static func firstWords(_ output: FileDescriptor, _ client: ChildProcess) async -> Set<String>? {
    let patience = Task {
      try await Task.sleep(for: .seconds(120))
      client.signal(9)
    }
    defer { patience.cancel() }
    return try? await Blocking.run("container") {
      defer { try? output.close() }
      var reader = LineReader(output, limit: 300)
      var found: Set<String> = []
      while let line = try reader.next(), found.count < 20_000 {
        guard case .whole(let bytes) = line else { continue }
        if bytes == Array("ready".utf8) { return found }
        if bytes.starts(with: Array("has ".utf8)) { found.insert(String(decoding: bytes.dropFirst(4), as: UTF8.self)) }
      }
      return nil
    }
  }

  /// A command of the host that runs another one inside.
  func exec(user: String? = nil, interactive: Bool = false, _ arguments: [String]) -> Command? {
    Containers.docker(
      ["exec"] + (interactive ? ["--interactive"] : []) + (user.map { ["--user", $0] } ?? []) + [name] + arguments)
  }

  /// Runs a script of ours inside to its end.
  func run(
    user: String? = nil, _ script: String, _ arguments: [String], limit: Int = 1 << 20, within seconds: Double = 60
  )
    async -> Command.Outcome?
  {
    try? await exec(user: user, ["/bin/sh", "-c", script] + arguments)?.capture(
      limit: limit, within: seconds, ownSession: true)
  }

  /// Ends it with all that runs in it, and waits until it is gone; safe twice.
  func remove() async {
    guard let command = Containers.docker(["rm", "--force", "--volumes", name]) else { return }
    _ = try? await command.capture(within: 60, ownSession: true)
    await client.stop(within: 5)
  }

  deinit { try? lifeline.close() }
}

extension DockerContainer.Plan {
  fileprivate func arguments(_ name: String) -> [String] {
    let deadline = Int(Date().timeIntervalSince1970 + request.lifetime)
    var arguments = ["run", "--interactive", "--rm", "--name", name, "--pull", "never"]
    arguments += labels(deadline).flatMap { ["--label", $0] }
    arguments += ["--log-driver", "none", "--stop-timeout", "0", "--no-healthcheck", "--hostname", "sandbox"]
    arguments += isolation + bounds + closedVolumes
    arguments += mount(users.string, "/etc/passwd", writable: false)
    arguments += mount(data.host.string, data.inside.string) + mount(exchange.host.string, exchange.inside.string)
    arguments += ["--entrypoint", "/bin/sh", image.id, "-c", DockerScripts.life]
    return arguments + ["\(Int(request.lifetime.rounded(.up)))"] + Programs.folders
  }

  private var isolation: [String] {
    [
      "--network", "none", "--ipc", "private", "--read-only", "--cap-drop", "ALL", "--security-opt",
      "no-new-privileges", "--security-opt", "seccomp=\(profile.string)", "--user", "\(user):\(user)",
    ]
  }

  /// Processors that a run may keep busy: one for the DBMS, and one for the tool that feeds it. Docker takes no more than there
  /// are.
  static let processors = min(2, ProcessInfo.processInfo.activeProcessorCount)

  private var bounds: [String] {
    let limits = request.limits
    // Of memory that folders take, a quarter of what the run may have, as it is the same memory.
    let shared = max(64 << 20, min(limits.memoryBytes / 4, 1 << 30))
    return [
      "--memory", "\(limits.memoryBytes)", "--memory-swap", "\(limits.memoryBytes)", "--shm-size", "\(shared)",
      "--cpus", "\(Self.processors)", "--pids-limit", "\(limits.processes)", "--ulimit", "fsize=\(limits.diskBytes)",
      "--ulimit", "core=0", "--tmpfs",
      "/tmp:rw,nosuid,nodev,size=\(64 << 20),mode=1777", "--tmpfs",
      "\(DockerScripts.notes):rw,nosuid,nodev,noexec,size=1m,mode=1777",
    ]
  }

  /// What an image wants as a volume is nothing that can be written to.
  private var closedVolumes: [String] {
    let ours = [data.inside.string, exchange.inside.string, "/tmp", "/", DockerScripts.notes]
    return image.volumes.filter { $0.hasPrefix("/") && !$0.contains(":") && !ours.contains($0) }
      .flatMap { ["--tmpfs", "\($0):ro,size=64k,mode=555"] }
  }

  private func labels(_ deadline: Int) -> [String] {
    [
      "\(Containers.runLabel)=\(request.runID)", "\(Containers.folderLabel)=\(request.runFolder)",
      "\(Containers.deadlineLabel)=\(deadline)",
    ]
  }

  /// `--mount` takes paths with colons, and no commas.
  private func mount(_ host: String, _ inside: String, writable: Bool = true) -> [String] {
    [
      "--mount",
      "type=bind,\"source=\(host.replacing("\"", with: "\"\""))\",target=\(inside)\(writable ? "" : ",readonly")",
    ]
  }
}
