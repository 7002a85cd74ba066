import ProofbackCore

/// Files on another machine, through OpenSSH's own client.
public struct SSHSourceKind: SourceKind {
  public let name = "ssh"
  public let summary = "a file or folder on a host that OpenSSH reaches (SFTP)"
  public let examples = ["ssh://backup@db1.example.org/srv/backups"]

  public init() {}

  public func parse(_ location: String) throws -> (any Source)? {
    let scheme = location.prefix(6).lowercased()
    guard scheme == "ssh://" else { return nil }
    return SSHSource(location: try SSHLocation(location.dropFirst(6)))
  }
}
