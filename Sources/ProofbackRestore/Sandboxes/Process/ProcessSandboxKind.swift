public import ProofbackCore
import ProofbackSystem

/// Bubblewrap and the kernel's own means: needs nothing but the DBMS's package.
public struct ProcessSandboxKind: SandboxKind {
  public let name = "process"
  public let summary = "a sealed process on this host (bubblewrap)"
  public let title = "what is installed there"
  private let groups: ControlGroupHost?

  /// - Parameter groups: where cgroups may be made; nil to do without them.
  public init(groups: ControlGroupHost? = .find()) { self.groups = groups }

  public func make(_ request: SandboxRequest) async throws -> any Sandbox {
    try SealedSandbox.make(request, groups: groups)
  }

  public func readiness() async -> SandboxReadiness { await SealReadiness.look(groups) }
}
