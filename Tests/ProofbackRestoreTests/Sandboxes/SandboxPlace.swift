import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage
import Testing

/// A state folder for one test, and the few things that tests do with a sandbox.
final class SandboxPlace: Sendable {
  let kind: any SandboxKind
  let state: StateFolder
  /// Of kinds that use images.
  let image: String?

  init(_ kind: any SandboxKind, image: String? = nil) throws {
    self.kind = kind
    self.image = image
    let name = "proofback-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    state = StateFolder(FilePath(NSTemporaryDirectory()).appending(name))
    try FileManager.default.createDirectory(atPath: state.runs.string, withIntermediateDirectories: true)
  }

  func newRunFolder() throws -> FilePath {
    let folder = state.runFolder("test-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(
      atPath: folder.string, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    return folder
  }

  func make(_ limits: Limits = Limits(), in folder: FilePath? = nil) async throws -> any Sandbox {
    let folder = try folder ?? newRunFolder()
    return try await kind.make(
      SandboxRequest(runID: folder.lastComponent!.string, runFolder: folder, limits: limits, image: image))
  }

  /// Removes everything, and says what a sandbox left there.
  func leave() async -> [String] {
    let left = StateFolderListing.files(below: state.runs)
    await FolderRemoval.remove(state.path)
    return left
  }

  /// Waits for a line, and closes the pipe.
  static func firstLine(_ descriptor: FileDescriptor) async throws -> String? {
    try await Blocking.run("line") {
      defer { try? descriptor.close() }
      var reader = LineReader(descriptor, limit: 1000)
      guard case .whole(let line)? = try reader.next() else { return nil }
      return String(decoding: line, as: UTF8.self)
    }
  }

  struct Ending {
    var end: ProcessEnd
    var output: String
    var errors: String
  }

  /// Runs a shell script inside to its end.
  func run(
    _ script: String, in sandbox: any Sandbox, role: SandboxRole = .server, environment: [String: String] = [:]
  ) async throws -> Ending {
    let pipe = try ProofbackSystem.Pipe()
    let process = try await sandbox.start(
      Self.script(script, role: role, environment: environment), input: nil, output: pipe.writeEnd)
    let text = try await Blocking.run("output") {
      defer { try? pipe.readEnd.close() }
      var reader = LineReader(pipe.readEnd, limit: 1 << 20)
      var lines: [String] = []
      while case .whole(let line)? = try reader.next() { lines.append(String(decoding: line, as: UTF8.self)) }
      return lines.joined(separator: "\n")
    }
    let end = await process.wait()
    return Ending(end: end, output: text, errors: String(decoding: process.errorOutput(), as: UTF8.self))
  }

  static func script(
    _ text: String, role: SandboxRole = .server, environment: [String: String] = [:]
  ) -> SandboxProgram {
    let tools = [
      "bash", "cat", "dd", "ls", "sleep", "setsid", "touch", "mkdir", "chmod", "id", "mkfifo", "truncate", "rm",
    ]
    var reads = tools.map { FilePath("/usr/bin/\($0)") }
    reads.append("/usr/bin/perl")
    var environment = environment
    if environment.isEmpty { environment["PATH"] = "/usr/bin" }
    return SandboxProgram(
      name: "script", executable: "/usr/bin/bash", arguments: ["-c", text], environment: environment, reads: reads,
      role: role, origin: .dbms)
  }

  /// Whether a process with `marker` in its command line is alive.
  static func isAlive(_ marker: String) -> Bool {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.contains { name in
      guard Int32(name) != nil, name != String(getpid()),
        let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
      else { return false }
      return String(decoding: line, as: UTF8.self).contains(marker)
    }
  }

  static func eventually(within seconds: Double = 5, _ holds: () async -> Bool) async -> Bool {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while Date() < deadline {
      if await holds() { return true }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return await holds()
  }
}

enum StateFolderListing {
  /// Paths below `folder`, relative to it.
  static func files(below folder: FilePath) -> [String] {
    (FileManager.default.enumerator(atPath: folder.string)?.allObjects as? [String])?.sorted() ?? []
  }
}
