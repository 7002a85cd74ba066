public import ProofbackCore

/// Files and folders in borg's repositories.
public struct BorgSourceKind: SourceKind {
  let way: BorgLocation.Way

  /// One for each way to a repository.
  static let all = BorgLocation.Way.allCases.map { BorgSourceKind(way: $0) }

  public var name: String { way.scheme }
  public var summary: String { "a file or folder in an archive of a borg repository \(place)" }
  public var examples: [String] { [way.example] }

  private var place: String { way == .local ? "on this machine" : "on a host, over SSH" }

  public var server: BackupServerKind? {
    let repository = BackupServerKind.Part("repository", "Repository", hint: "Its folder: /srv/borg", isRequired: true)
    return BackupServerKind(
      scheme: way.scheme, title: "borg repository \(place)",
      parts: (way == .ssh ? [SSHLocation.addressPart] : []) + [
        repository,
        .init("archive", "Archive", hint: "newest, or random: another each time. Empty: newest."),
        .init("archives", "Only archives named", hint: "A pattern: shop-*. Empty: all."),
      ],
      place: way == .local ? "local" : nil, credential: .sshKey, credentialName: "SSH key",
      credentialNeed: way == .local ? .none : .required, password: .optional, showsHostKeys: way == .ssh,
      entrance: "/", letIn: [SourceFindings.noMatch.code, RepositoryFindings.noSnapshot.code])
  }

  public func parse(_ location: String) throws -> (any Source)? {
    let beginning = way.scheme + "://"
    guard location.prefix(beginning.count).lowercased() == beginning else { return nil }
    return BorgSource(location: try BorgLocation(location.dropFirst(beginning.count), way))
  }

  public func hostKeys(of location: String) async throws -> [ShownHostKey]? {
    guard let source = try parse(location) as? BorgSource, case .host(let host) = source.location.place else {
      return nil
    }
    return try await HostKeys.shown(by: host)
  }
}
