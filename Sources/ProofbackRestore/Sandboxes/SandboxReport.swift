public import ProofbackCore

/// What `proofback doctor` says about sandboxes on this host.
public struct SandboxReport: Sendable {
  public let kind: String
  public let summary: String
  public let readiness: SandboxReadiness
  public var works: Bool { readiness.obstacles.isEmpty }

  /// Each kind of the catalogue, tried out.
  public static func all() async -> [SandboxReport] {
    var reports: [SandboxReport] = []
    for kind in SandboxCatalogue.kinds {
      reports.append(SandboxReport(kind: kind.name, summary: kind.summary, readiness: await kind.readiness()))
    }
    return reports
  }
}
