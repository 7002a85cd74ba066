import Foundation
import GRDB
import ProofbackCore

struct CredentialRow: Record {
  static let databaseTableName = "credential"
  var id: String
  var name: String
  var kind: CredentialKind
  var description: String
  var hosts: String
  var sealed: Data
  /// Of a key that is locked itself.
  var sealedPassphrase: Data?
  /// Of the secret, keyed with the master key's own: finds the same key stored twice.
  var sameness: Data
  var created: Date
  var createdBy: String

  /// What the passphrase is sealed under: it opens as nothing else.
  static func passphraseID(_ id: String) -> String { id + ".passphrase" }

  var credential: Credential {
    Credential(
      id: id, name: name, kind: kind, description: description,
      hosts: hosts.split(separator: "\n").map(String.init), created: created, createdBy: createdBy)
  }
}

enum CredentialSchema {
  static let first = """
    CREATE TABLE credential (
      id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, kind TEXT NOT NULL, description TEXT NOT NULL,
      hosts TEXT NOT NULL, sealed BLOB NOT NULL, sameness BLOB NOT NULL UNIQUE, created INTEGER NOT NULL,
      createdBy TEXT NOT NULL REFERENCES person (id)
    ) STRICT;
    """
}
