import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

extension SealedSandbox {
  /// The run's folder lies in the `runs` folder of a state folder, where the user ids are claimed.
  /// - Parameters:
  ///   - groups: where cgroups may be made; nil to do without them.
  ///   - sharesExchange: see `init`.
  /// - Throws: `RunTrouble`.
  static func make(
    _ request: SandboxRequest, groups: ControlGroupHost?, sharesExchange: Bool = false
  ) throws -> SealedSandbox {
    if let missing = SealReadiness.missingPrograms().first {
      throw RunTrouble(
        SandboxFindings.unavailable, "\(missing.name) is not installed", hint: "apt-get install \(missing.package)")
    }
    if let free = FreeSpace.at(request.runFolder), free.isNearlyFull {
      throw RunTrouble(
        SandboxFindings.diskLimit, "the file system of \(request.runFolder) is nearly full",
        evidence: ["\(Quantity.text(bytes: free.bytes)) free"], canRetry: true)
    }
    let claim = try Self.claim(in: StateFolder(request.runFolder.removingLastComponent().removingLastComponent()))
    let group = try Self.makeGroup(request, groups)
    do {
      return try SealedSandbox(
        request, claim: claim, plan: LimitPlan(limits: request.limits, group: group), sharesExchange: sharesExchange)
    } catch {
      group?.remove()
      claim?.release()
      throw RunTrouble(SandboxFindings.broken, "the sandbox's folders can't be made: \(error)")
    }
  }

  private static func claim(in state: StateFolder) throws -> UserClaim? {
    guard geteuid() == 0 else { return nil }
    do {
      if let claim = try UserClaim.take(in: state) { return claim }
    } catch {
      throw RunTrouble(SandboxFindings.broken, "no user id can be claimed in \(state.users): \(error)")
    }
    throw RunTrouble(
      SandboxFindings.broken, "all \(UserClaim.range.count) user ids for runs are claimed", canRetry: true)
  }

  private static func makeGroup(_ request: SandboxRequest, _ groups: ControlGroupHost?) throws -> ControlGroup? {
    do {
      return try groups?.make(runID: request.runID, limits: request.limits) {
        try RunFolder.record(cgroups: $0, in: request.runFolder)
      }
    } catch {
      throw RunTrouble(SandboxFindings.broken, "\(request.runFolder) can't be written to: \(error)")
    }
  }
}
