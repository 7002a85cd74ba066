import Foundation
import ProofbackTestSupport
import Testing

/// What managers do with credentials over the API.
@Suite struct CredentialAPITests {
  private static let passphrase = "planted passphrase of the API"

  private func add(_ name: String, _ kind: String, _ secret: Data, _ more: [String: any Sendable] = [:]) async throws
    -> Caller.Answer
  {
    let fields: [String: any Sendable] = ["name": name, "kind": kind, "file": secret.base64EncodedString()]
    return try await SharedServer.ready.value.manager.post("/credentials", fields.merging(more) { $1 })
  }

  @Test func `a locked key is stored with the passphrase that opens it, and a wrong one is refused by name`()
    async throws
  {
    let server = try await SharedServer.ready.value
    let keys = [
      ("locked ssh", "sshKey", try await LockedKeys.ssh(Self.passphrase), "OpenSSH private key, with its passphrase"),
      ("locked gpg", "decryptionKey", try await LockedKeys.gpg(Self.passphrase), "GPG secret key, with its passphrase"),
    ]
    for (name, kind, key, description) in keys {
      let without = try await add(name, kind, key)
      #expect(without.status == 422)
      #expect(without.facts == ["keyPassphrase: the key is locked with a passphrase of its own"])
      let wrong = try await add(name, kind, key, ["keyPassphrase": "not this one"])
      #expect(wrong.status == 422 && wrong.facts == ["keyPassphrase: it does not open this key"])
      #expect(!wrong.text.contains("not this one"))
      let right = try await add(name, kind, key, ["keyPassphrase": Self.passphrase])
      #expect(right.status == 201 && right.json["description"] as? String == description, "\(right.text)")
      #expect(!right.text.contains(Self.passphrase))
      #expect(try await server.manager.delete("/credentials/\(right.id)").status == 204)
    }
  }
}
