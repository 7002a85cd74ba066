public import ProofbackCore

/// The one list of sandbox kinds.
public enum SandboxCatalogue {
  public static let kinds: [any SandboxKind] = [ProcessSandboxKind(), DockerSandboxKind(), SidecarSandboxKind()]
}
