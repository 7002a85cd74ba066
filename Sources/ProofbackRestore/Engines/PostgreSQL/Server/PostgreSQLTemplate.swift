import ProofbackCore
import ProofbackSystem
import SystemPackage

/// A data folder with the server's own catalogues in it, made once per server version and copied for each run.
struct PostgreSQLTemplate {
  var programs: PostgreSQLPrograms
  /// All templates' folder.
  var templates: FilePath
  /// The superuser; no dump has one of this name.
  static let administrator = "proofback"
  private static let recipe = 2

  /// - Throws: `RunTrouble` when the server cannot make its own catalogues.
  func fill(_ sandbox: any Sandbox) async throws {
    let template = SandboxTemplate(
      in: templates, name: "postgresql-\(programs.version)-r\(Self.recipe)", system: sandbox.system,
      mark: "PG_VERSION")
    try await template.fill(sandbox) { try await initialise(in: sandbox) }
  }

  private func initialise(in sandbox: any Sandbox) async throws {
    // It asks `locale` for the collations that there are, and starts programs through the shell.
    let tools = ["/bin/sh", "/bin/dash", "/bin/bash", "/usr/bin/locale", programs.path("postgres")]
    let program = SandboxProgram(
      name: "initdb", executable: FilePath(programs.path("initdb")),
      arguments: ["-D", sandbox.data.inside.string, "-U", Self.administrator, "--auth=trust", "--encoding=UTF8"]
        + ["--locale=C.UTF-8", "--no-sync"] + (programs.major >= 14 ? ["--no-instructions"] : []),
      environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin"],
      reads: (await sandbox.system.existing(tools) + programs.reads).map { FilePath($0) }, role: .server,
      origin: .dbms)
    let process = try await sandbox.start(program, input: nil, output: nil)
    guard await process.wait().isSuccess else {
      throw RunTrouble(
        CommonFindings.notStarted, "the server could not make its own catalogues",
        evidence: process.errorOutput().split(separator: 10).suffix(6).map { UntrustedText.line(bytes: $0) })
    }
  }
}
