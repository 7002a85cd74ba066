import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// A data folder with the server's own catalogues in it, made once per server version and copied for each run.
///
/// `initdb` is the server's own and sees no byte of a backup: it runs sealed, as a user whom the system knows, which it
/// insists on and the sandbox's user is not.
struct PostgreSQLTemplate {
  var programs: PostgreSQLPrograms
  /// All templates' folder.
  var templates: FilePath
  /// The superuser; no dump has one of this name.
  static let administrator = "proofback"
  private static let recipe = 2
  private static let user: UInt32 = 65534

  var folder: FilePath { templates.appending("postgresql-\(programs.version)-r\(Self.recipe)") }

  private var isMade: Bool { access(folder.appending("PG_VERSION").string, F_OK) == 0 }

  /// Makes the template unless it is there: two runs at the same time make it once.
  func make() async throws {
    if isMade { return }
    try FileManager.default.createDirectory(atPath: templates.string, withIntermediateDirectories: true)
    let lock = try await Blocking.run("template lock") { try Self.lock(templates.appending(".lock")) }
    defer { try? lock.close() }
    if isMade { return }
    let unfinished = templates.appending(".\(UUID().uuidString)")
    do {
      try await initialise(unfinished)
    } catch {
      try? FileManager.default.removeItem(atPath: unfinished.string)
      throw error
    }
    guard rename(unfinished.string, folder.string) == 0 else {
      throw RunTrouble(CommonFindings.notStarted, "the template could not be stored: \(Errno(rawValue: errno))")
    }
  }

  private static func lock(_ path: FilePath) throws -> FileDescriptor {
    let descriptor = try FileDescriptor.open(
      path, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
    guard flock(descriptor.rawValue, LOCK_EX) == 0 else { throw Errno(rawValue: errno) }
    return descriptor
  }

  private func initialise(_ target: FilePath) async throws {
    guard mkdir(target.string, 0o700) == 0 else { throw Errno(rawValue: errno) }
    if geteuid() == 0 { chown(target.string, Self.user, Self.user) }
    var seal = Seal(user: Self.user)
    seal.binds = (["/etc/passwd"] + programs.reads).map { Seal.Bind($0) }
    // It asks `locale` for the collations that there are.
    seal.binds += ["/bin/sh", "/bin/dash", "/bin/bash", "/usr/bin/locale"].filter { (path: String) in
      access(path, X_OK) == 0
    }.map { Seal.Bind($0) }
    seal.binds += [Seal.Bind(programs.path("postgres")), Seal.Bind(target.string, at: "/data", writable: true)]
    let command = Command(
      programs.path("initdb"),
      ["-D", "/data", "-U", Self.administrator, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        + ["--no-sync", "--no-instructions"],
      environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin"])
    let outcome = try await seal.seal(command).capture(within: 300)
    guard outcome.end.isSuccess else {
      throw RunTrouble(
        CommonFindings.notStarted, "the server could not make its own catalogues",
        evidence: outcome.errorText.split(separator: "\n").suffix(6).map { UntrustedText.line($0) })
    }
  }
}
