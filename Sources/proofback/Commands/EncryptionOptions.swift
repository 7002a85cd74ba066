import ArgumentParser
import ProofbackCore

/// What is demanded of a backup's encryption, and what its container does not say of itself.
struct EncryptionOptions: ParsableArguments {
  @Flag(
    help:
      "Fail when the backup is not encrypted, or when nobody could tell that it was changed (openssl enc, gpg without integrity protection)."
  )
  var requireEncryption = false
  @Option(
    name: .customLong("recipient"),
    help: ArgumentHelp(
      "Fail when somebody else than these can open it: a fingerprint, an e-mail address of a key given, age1…, an SSH public key; may be given more than once, and demands encryption.",
      valueName: "key"))
  var recipients: [String] = []
  @Option(
    help: ArgumentHelp(
      "The cipher of a container that openssl enc made, such as aes-256-cbc; found by trial when left out.",
      valueName: "name"))
  var opensslCipher: String?

  func fill(_ specification: inout RunSpecification) throws {
    let recipients = try recipients.map(Self.recipient)
    specification.encryption = EncryptionPolicy(isRequired: requireEncryption, recipients: recipients).ifAny
    specification.opensslCipher = try opensslCipher.map(Self.cipher)
  }

  private static func recipient(_ text: String) throws -> Recipient {
    do { return try Recipient(text) } catch {
      throw ValidationError("--recipient: \(error.fact): \(error.hint)")
    }
  }

  private static func cipher(_ text: String) throws -> String {
    if let cipher = OpenSSLCipher.named(text) { return cipher }
    throw ValidationError(
      "--openssl-cipher is '\(UntrustedText.line(text))', which is none of: \(OpenSSLCipher.all.joined(separator: ", "))"
    )
  }
}
