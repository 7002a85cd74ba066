public import Foundation

/// What a credential is.
public enum CredentialKind: String, Sendable, Codable, CaseIterable {
  case sshKey, cloudKey, login, repositoryPassword, decryptionKey, passphrase, proofKey
}

/// A stored secret, as people see it: never the secret.
public struct Credential: Sendable, Equatable, Identifiable {
  public var id: String
  public var name: String
  public var kind: CredentialKind
  /// What the bytes are: `OpenSSH private key`.
  public var description: String
  /// Hosts, buckets, and buckets at hosts (`host/bucket`) that it may be used for; empty: any.
  public var hosts: [String]
  public var created: Date
  public var createdBy: String

  public init(
    id: String, name: String, kind: CredentialKind, description: String, hosts: [String], created: Date,
    createdBy: String
  ) {
    self.id = id
    self.name = name
    self.kind = kind
    self.description = description
    self.hosts = hosts
    self.created = created
    self.createdBy = createdBy
  }

  /// Whether it may be used for what a location reads as; on this machine itself it goes to nobody.
  public func isFor(_ reading: LocationReading) -> Bool {
    hosts.isEmpty || reading.host == nil || !Set(hosts).isDisjoint(with: reading.places)
  }
}
