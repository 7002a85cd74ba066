public import ProofbackCore

/// Files and folders at one of rclone's backends.
public struct RcloneSourceKind: SourceKind {
  let backend: RcloneBackend

  /// One for each backend that is allowed.
  static let all = RcloneBackend.all.map { RcloneSourceKind(backend: $0) }

  public var name: String { backend.scheme }
  public var summary: String { backend.summary }
  public var examples: [String] { [backend.example] }

  public var server: BackupServerKind? {
    let first = BackupServerKind.Part(
      backend.first.name, backend.first.label, hint: backend.first.hint, isRequired: true)
    return BackupServerKind(
      scheme: backend.scheme, title: backend.title,
      parts: [first] + backend.fields.map { .init($0.name, $0.label, hint: $0.hint, isRequired: $0.isRequired) },
      credential: .login, credentialName: "login (\(backend.loginForm))",
      credentialNeed: backend.needsLogin ? .required : .optional, takesAuthority: backend.isHost, showsHostKeys: false,
      entrance: "/", letIn: [SourceFindings.noMatch.code])
  }

  public func parse(_ location: String) throws -> (any Source)? {
    let beginning = backend.scheme + "://"
    guard location.prefix(beginning.count).lowercased() == beginning else { return nil }
    return RcloneSource(location: try RcloneLocation(location.dropFirst(beginning.count), backend))
  }
}
