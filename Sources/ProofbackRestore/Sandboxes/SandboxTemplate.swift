import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// A data folder that is prepared once per server version, or per image, and copied for each run.
struct SandboxTemplate {
  /// All templates' folder.
  var templates: FilePath
  /// Of this one, its recipe's number in it: what was made otherwise is made anew.
  var name: String
  /// A file that is in every whole one.
  var mark: String

  init(in templates: FilePath, name: String, system: any SandboxSystem, mark: String) {
    let identity = system.identity.isEmpty ? "" : "-\(system.identity)"
    let safe = (name + identity).map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" }
    self.templates = templates
    self.name = String(safe)
    self.mark = mark
  }

  var folder: FilePath { templates.appending(name) }

  private var isMade: Bool { access(folder.appending(mark).string, F_OK) == 0 }

  /// Fills the sandbox's data folder: with a copy, or, when there is none to copy, by preparing one there and keeping it.
  /// Two runs at the same time prepare it once.
  /// - Parameter prepare: makes the server's own files in the sandbox's data folder.
  func fill(_ sandbox: any Sandbox, preparing prepare: () async throws -> Void) async throws {
    if isMade { return try await copy(into: sandbox) }
    guard sandbox.keepsTemplates else { return try await prepare() }
    try FileManager.default.createDirectory(atPath: templates.string, withIntermediateDirectories: true)
    let lock = try await Blocking.run("template lock") { [templates] in try Self.lock(templates.appending(".lock")) }
    defer { try? lock.close() }
    if isMade { return try await copy(into: sandbox) }
    try await prepare()
    let unfinished = templates.appending(".\(UUID().uuidString)")
    try await keep(sandbox.data.host, as: unfinished)
    guard rename(unfinished.string, folder.string) == 0 else {
      throw RunTrouble(CommonFindings.notStarted, "the template could not be stored: \(Errno(rawValue: errno))")
    }
  }

  /// Its time is that of its newest use, by which old ones are known.
  private func copy(into sandbox: any Sandbox) async throws {
    _ = utimes(folder.string, nil)
    try await sandbox.fill(from: folder)
  }

  private func keep(_ data: FilePath, as target: FilePath) async throws {
    let outcome = try await Command(
      "/bin/cp", ["-a", "--reflink=auto", "--sparse=always", "--", data.string, target.string]
    ).capture(within: 300)
    guard outcome.end.isSuccess else {
      throw RunTrouble(
        CommonFindings.notStarted, "the template could not be stored: \(UntrustedText.line(outcome.errorText))")
    }
  }

  private static func lock(_ path: FilePath) throws -> FileDescriptor {
    let descriptor = try FileDescriptor.open(
      path, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
    guard flock(descriptor.rawValue, LOCK_EX) == 0 else { throw Errno(rawValue: errno) }
    return descriptor
  }
}
