import Glibc
public import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Bubblewrap and the kernel's own means: needs nothing but the DBMS's package.
public struct ProcessSandboxKind: SandboxKind {
  public let name = "process"
  public let summary = "a sealed process on this host (bubblewrap)"
  private let groups: ControlGroupHost?

  /// - Parameter groups: where cgroups may be made; nil to do without them.
  public init(groups: ControlGroupHost? = .find()) { self.groups = groups }

  /// The run's folder lies in the `runs` folder of a state folder, where the user ids are claimed.
  public func make(_ request: SandboxRequest) async throws -> any Sandbox { try makeProcessSandbox(request) }

  /// - Parameter sharesExchange: see `ProcessSandbox`.
  func makeProcessSandbox(_ request: SandboxRequest, sharesExchange: Bool = false) throws -> ProcessSandbox {
    if let missing = ProcessReadiness.missingPrograms().first {
      throw RunTrouble(
        SandboxFindings.unavailable, "\(missing.name) is not installed", hint: "apt-get install \(missing.package)")
    }
    if let free = FreeSpace.at(request.runFolder), free.isNearlyFull {
      throw RunTrouble(
        SandboxFindings.diskLimit, "the file system of \(request.runFolder) is nearly full",
        evidence: ["\(Quantity.text(bytes: free.bytes)) free"], canRetry: true)
    }
    let claim = try claim(in: StateFolder(request.runFolder.removingLastComponent().removingLastComponent()))
    let group = try makeGroup(request)
    do {
      return try ProcessSandbox(
        request, claim: claim, plan: LimitPlan(limits: request.limits, group: group), sharesExchange: sharesExchange)
    } catch {
      group?.remove()
      claim?.release()
      throw RunTrouble(SandboxFindings.broken, "the sandbox's folders can't be made: \(error)")
    }
  }

  public func readiness() async -> SandboxReadiness { await ProcessReadiness.look(groups) }

  private func claim(in state: StateFolder) throws -> UserClaim? {
    guard geteuid() == 0 else { return nil }
    do {
      if let claim = try UserClaim.take(in: state) { return claim }
    } catch {
      throw RunTrouble(SandboxFindings.broken, "no user id can be claimed in \(state.users): \(error)")
    }
    throw RunTrouble(
      SandboxFindings.broken, "all \(UserClaim.range.count) user ids for runs are claimed", canRetry: true)
  }

  private func makeGroup(_ request: SandboxRequest) throws -> ControlGroup? {
    do {
      return try groups?.make(runID: request.runID, limits: request.limits) {
        try RunFolder.record(cgroups: $0, in: request.runFolder)
      }
    } catch {
      throw RunTrouble(SandboxFindings.broken, "\(request.runFolder) can't be written to: \(error)")
    }
  }
}
