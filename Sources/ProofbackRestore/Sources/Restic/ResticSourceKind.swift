public import ProofbackCore

/// Files and folders in restic's repositories.
public struct ResticSourceKind: SourceKind {
  let way: ResticLocation.Way

  /// One for each way to a repository.
  static let all = ResticLocation.Way.allCases.map { ResticSourceKind(way: $0) }

  public var name: String { way.scheme }
  public var summary: String { "a file or folder in a snapshot of a restic repository \(place)" }
  public var examples: [String] { [way.example] }

  private var place: String {
    switch way {
    case .local: "on this machine"
    case .ssh: "on a host, over SSH"
    case .s3: "in a bucket"
    case .https: "on a REST server"
    }
  }

  public var server: BackupServerKind? {
    let (credential, name): (CredentialKind, String) =
      switch way {
      case .local, .ssh: (.sshKey, "SSH key")
      case .s3: (.cloudKey, "cloud key")
      case .https: (.login, "login")
      }
    return BackupServerKind(
      scheme: way.scheme, title: "restic repository \(place)", parts: parts + Self.filters,
      place: way == .local ? "local" : nil, credential: credential, credentialName: name,
      credentialNeed: way == .local ? .none : way == .https ? .optional : .required, password: .required,
      takesAuthority: way == .s3 || way == .https, showsHostKeys: way == .ssh, entrance: "/",
      letIn: [SourceFindings.noMatch.code, RepositoryFindings.noSnapshot.code])
  }

  private var parts: [BackupServerKind.Part] {
    let repository = BackupServerKind.Part(
      "repository", "Repository", hint: "Its folder: /srv/restic", isRequired: true)
    switch way {
    case .local: return [repository]
    case .ssh: return [SSHLocation.addressPart, repository]
    case .https:
      return [
        .init("server", "Server", hint: "rest.example.org:8000", isRequired: true),
        .init("repository", "Repository", hint: "Its path there: /shop. Empty: the top."),
      ]
    case .s3:
      let prefix = BackupServerKind.Part("prefix", "Prefix", hint: "Where it begins: restic. Empty: the whole bucket.")
      return S3Location.parts.prefix(1) + [prefix] + S3Location.parts.dropFirst()
    }
  }

  private static let filters: [BackupServerKind.Part] = [
    .init("snapshot", "Snapshot", hint: "newest, or random: another each time. Empty: newest."),
    .init("host", "Only of host", hint: "As restic names the machine that was backed up. Empty: any."),
    .init("tag", "Only with tag", hint: "Empty: any."),
  ]

  public func parse(_ location: String) throws -> (any Source)? {
    let beginning = way.scheme + "://"
    guard location.prefix(beginning.count).lowercased() == beginning else { return nil }
    return ResticSource(location: try ResticLocation(location.dropFirst(beginning.count), way))
  }

  public func hostKeys(of location: String) async throws -> [ShownHostKey]? {
    guard let source = try parse(location) as? ResticSource, case .host(let host) = source.location.place else {
      return nil
    }
    return try await HostKeys.shown(by: host)
  }
}
