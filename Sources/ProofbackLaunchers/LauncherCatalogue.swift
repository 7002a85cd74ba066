public import ProofbackCore

/// The one list of kinds of workplaces.
public enum LauncherCatalogue {
  public static let kinds: [any LauncherKind] = [LocalLauncherKind(), EC2LauncherKind(), ECSLauncherKind()]

  /// What launchers say of runs: title, definitions.
  public static let findings: [(title: String, definitions: [FindingDefinition])] = [("AWS", AWSFindings.all)]
}
