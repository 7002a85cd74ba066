public import SystemPackage

/// A way to make disposable, sealed compartments. One folder in `ProofbackRestore/Sandboxes/`, one line in
/// `SandboxCatalogue`.
public protocol SandboxKind: Sendable {
  /// `process`, `docker` …
  var name: String { get }
  var summary: String { get }
  /// What it is restored into, as a form's choice: `a container (Docker)`.
  var title: String { get }

  /// Whether the DBMS is an image's, which a run names; else what is installed on this host is started.
  var usesImages: Bool { get }

  /// Whether it is also for engines that need no server; else a run of theirs takes another kind.
  var runsProgramsWithoutServer: Bool { get }

  /// Whether this kind works on this host, and how each limit is enforced; for `doctor` and the run.
  func readiness() async -> SandboxReadiness

  /// Makes an empty sandbox. Nothing runs in it yet.
  /// - Throws: `RunTrouble`.
  func make(_ request: SandboxRequest) async throws -> any Sandbox
}

extension SandboxKind {
  public var usesImages: Bool { false }
  public var runsProgramsWithoutServer: Bool { !usesImages }
}

public struct SandboxReadiness: Sendable {
  /// Empty when it works.
  public var obstacles: [String]
  /// `memory: cgroup v1`, `disk: watched`…
  public var limits: [String]
  /// The command that installs what is missing, or nil.
  public var remedy: String?
  public init(obstacles: [String], limits: [String], remedy: String? = nil) {
    self.obstacles = obstacles
    self.limits = limits
    self.remedy = remedy
  }
}

public struct SandboxRequest: Sendable {
  public var runID: String
  /// The run's folder on the host; the sandbox makes its own folders below it.
  public var runFolder: FilePath
  public var limits: Limits
  /// Of kinds that use images: the one to start.
  public var image: String?
  /// Seconds after which the sandbox may end itself, whatever became of the run.
  public var lifetime: Double

  /// - Parameter lifetime: nil: the time limit, and ten minutes to clean up.
  public init(
    runID: String, runFolder: FilePath, limits: Limits, image: String? = nil, lifetime: Double? = nil
  ) {
    self.runID = runID
    self.runFolder = runFolder
    self.limits = limits
    self.image = image
    self.lifetime = lifetime ?? limits.seconds + 600
  }
}

/// A folder as the host and as the inside see it.
public struct SandboxFolder: Sendable {
  public let host: FilePath
  public let inside: FilePath
  public init(host: FilePath, inside: FilePath) {
    self.host = host
    self.inside = inside
  }
}

/// One disposable compartment: no network, no keys, an unprivileged user, limits.
///
/// Life cycle: `make` → (`fill`) → `start` any number of programs, also at the same time → `destroy`.
/// `destroy` ends every program and removes both folders; it is safe twice, safe while programs run, and safe
/// after a failed start. Afterwards `start` throws.
public protocol Sandbox: Sendable {
  var used: SandboxUsed { get }
  /// Where programs of origin `dbms` come from.
  var system: any SandboxSystem { get }
  /// The restored data. Only programs of role `server` see it.
  var data: SandboxFolder { get }
  /// Sockets. Every program of the sandbox sees it.
  var exchange: SandboxFolder { get }

  /// Whether what is prepared in it is worth being kept for the next one.
  var keepsTemplates: Bool { get }
  /// What is weaker about it than about others, for every run in it.
  var weaknesses: [Finding] { get }

  /// Copies a folder of the host (a prepared template) into the data folder and gives it to the sandbox's user.
  func fill(from template: FilePath) async throws
  /// Starts a program inside. Descriptors given are closed on this side, whatever happens.
  func start(_ program: SandboxProgram, input: FileDescriptor?, output: FileDescriptor?) async throws
    -> any SandboxProcess
  /// Bytes that the folders hold now.
  func diskUsage() -> UInt64
  /// Which limit was reached, if any: a finding whose consequence is `.inconclusive`.
  /// - Parameter now: looks at once, and may take its time; else tells what the sandbox itself has seen so far.
  func limitReached(now: Bool) -> Finding?
  func destroy() async
}

extension Sandbox {
  public var keepsTemplates: Bool { true }
  public var weaknesses: [Finding] { [] }
}

public enum SandboxRole: Sendable {
  /// The DBMS: data and exchange folder, writable.
  case server
  /// A tool that talks to it: the exchange folder only.
  case client
}

/// Whose program it is.
public enum SandboxProgramOrigin: Sendable {
  /// This host's: a hidden command of ours, a tool for files.
  case host
  /// The DBMS's own, from the sandbox's `system`.
  case dbms
}

/// A program to run inside.
public struct SandboxProgram: Sendable {
  /// For logs and process lists.
  public var name: String
  public var origin: SandboxProgramOrigin
  /// Absolute path where it comes from; it has the same path inside.
  public var executable: FilePath
  public var arguments: [String]
  /// The whole environment; nothing is inherited.
  public var environment: [String: String]
  /// Files and folders that it needs besides the system libraries, read-only, at the same path inside. An image has its own.
  public var reads: [FilePath]
  public var role: SandboxRole

  public init(
    name: String, executable: FilePath, arguments: [String] = [], environment: [String: String] = [:],
    reads: [FilePath] = [], role: SandboxRole, origin: SandboxProgramOrigin = .host
  ) {
    self.name = name
    self.origin = origin
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.reads = reads
    self.role = role
  }
}

/// A program that runs inside.
public protocol SandboxProcess: Sendable {
  /// Waits for its end; may be called more than once.
  func wait() async -> ProcessEnd
  /// Asks it to end (SIGTERM), and after `seconds` makes it (SIGKILL). Returns when it has ended.
  func stop(within seconds: Double) async
  /// What it wrote to standard error, capped: untrusted, may quote rows, must not leave the worker as it stands.
  func errorOutput() -> [UInt8]
}

/// How a process ended.
public enum ProcessEnd: Sendable, Equatable {
  case exited(Int32)
  case signalled(Int32)
  public var isSuccess: Bool { self == .exited(0) }
}
