public import ProofbackCore

/// The one list of sandbox kinds.
public enum SandboxCatalogue {
  public static let kinds: [any SandboxKind] = [ProcessSandboxKind()]

  public static func kind(named name: String) -> (any SandboxKind)? { kinds.first { $0.name == name } }
}
