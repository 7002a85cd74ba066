import ProofbackCore

/// Files on another machine, through OpenSSH's own client.
public struct SSHSourceKind: SourceKind {
  public let name = "ssh"
  public let summary = "a file or folder on a host that OpenSSH reaches (SFTP)"
  public let examples = ["ssh://backup@db1.example.org/srv/backups"]

  public let server: BackupServerKind? = BackupServerKind(
    scheme: "ssh", title: "Host, over SSH",
    parts: [SSHLocation.addressPart],
    credential: .sshKey, credentialName: "SSH key", showsHostKeys: true, entrance: "~",
    letIn: [SourceFindings.noMatch.code, SourceFindings.missingFile.code])

  public init() {}

  public func parse(_ location: String) throws -> (any Source)? {
    let scheme = location.prefix(6).lowercased()
    guard scheme == "ssh://" else { return nil }
    return SSHSource(location: try SSHLocation(location.dropFirst(6)))
  }

  public func hostKeys(of location: String) async throws -> [ShownHostKey]? {
    guard let source = try parse(location) as? SSHSource else { return nil }
    return try await HostKeys.shown(by: source.location)
  }
}
