import ProofbackCore

extension SandboxSystem {
  /// What the backup needs is not where the sandbox's programs come from.
  /// - Parameters:
  ///   - what: `no PostgreSQL server is`
  ///   - hint: how it is installed on a host.
  func lacks(_ what: String, isTool: Bool = false, hint: String? = nil) -> RunTrouble {
    if identity.isEmpty { return RunTrouble(RunFindings.serverMissing, "\(what) installed \(place)", hint: hint) }
    return RunTrouble(isTool ? SandboxFindings.noTool : SandboxFindings.noServer, "\(what) \(place)")
  }
}
