import ProofbackCore

/// What gpg, age and openssl layers can show. Verdicts as DESIGN's table has them: encrypted to none of what was given, is
/// failed; nothing given at all, or a key given that can't be used, says nothing about the backup.
enum DecryptFindings {
  static let all = [
    noSecretKey, noKeyGiven, wrongPassphrase, keyLocked, keyUnusable, keyExpired, truncated, integrity,
    badSignature, signatureUnchecked, trailingGarbage, notEncrypted, onlyWrapped, cipherUnknown, toolMissing,
  ]

  static let noSecretKey = FindingDefinition(
    "decrypt.no-secret-key", .failed, holdsWhenCut: true,
    cause: "The backup is encrypted to none of the keys given.",
    nextStep: "add the key that it is encrypted to, or encrypt the backup to one of the keys held")

  static let noKeyGiven = FindingDefinition(
    "decrypt.no-key-given", .inconclusive,
    cause: "The backup is encrypted, and neither a key nor a passphrase was given.",
    nextStep: "give the key with --decryption-key, or the passphrase with --passphrase-file")

  /// failed: the passphrase is the message's own key. A damaged header can't be told from a wrong passphrase, and either
  /// way what is held does not open the backup.
  static let wrongPassphrase = FindingDefinition(
    "decrypt.wrong-passphrase", .failed,
    cause: "The backup is encrypted with a passphrase, and the one given does not open it.",
    nextStep: "find the passphrase that it was made with; if this is the one, the file's first bytes are damaged")

  /// inconclusive: the right key is there, and its protection is a matter between key and passphrase, not the backup's.
  static let keyLocked = FindingDefinition(
    "decrypt.key-locked", .inconclusive,
    cause:
      "The right key was given, or may have been where the backup does not name it, but it is protected and the passphrase given does not unlock it, or none was given.",
    nextStep: "give the key's own passphrase with --passphrase-file")

  static let keyUnusable = FindingDefinition(
    "decrypt.key-unusable", .inconclusive,
    cause: "A file given as a decryption key is none.",
    nextStep: "give the secret key: gpg --export-secret-keys --armor ID, or the file that age-keygen wrote")

  static let keyExpired = FindingDefinition(
    "decrypt.key-expired", .warning,
    cause: "The key that opens the backup has expired: it still opens it, but new backups can't be encrypted to it.",
    nextStep: "extend the key (gpg --quick-set-expire) or encrypt to a new one, and keep this one for old backups")

  static let truncated = FindingDefinition(
    "decrypt.truncated", .failed,
    cause: "The encrypted message ends too early: the file was cut off.",
    nextStep: "compare the file's size with the original's, and look at how it is copied and whether a disk was full")

  static let integrity = FindingDefinition(
    "decrypt.integrity", .failed,
    cause: "The encrypted message was changed or damaged: it fails its own integrity check.",
    nextStep: "take another copy of the file; if that fails too, the backup was damaged where it was made or is kept")

  static let badSignature = FindingDefinition(
    "decrypt.bad-signature", .failed,
    cause: "The message's signature does not fit its content.",
    nextStep: "take another copy of the file, and ask who signed it")

  static let signatureUnchecked = FindingDefinition(
    "decrypt.signature-unchecked", .warning,
    cause: "The message is signed, and the signer's public key is not here to check it.",
    nextStep: "nothing needs to be done for the restore; whoever wants the signature checked verifies it by hand")

  static let trailingGarbage = FindingDefinition(
    "decrypt.trailing-garbage", .failed,
    cause: "Something follows the encrypted message.",
    nextStep: "look at the file's last bytes and at what appends to it")

  /// A warning: the backup restores. A key may be given for a folder in which some backups are older than it.
  static let notEncrypted = FindingDefinition(
    "decrypt.not-encrypted", .warning,
    cause:
      "A key or passphrase was given, but no layer of the backup is encrypted: whoever can read the file has the data.",
    nextStep: "encrypt the backup where it is made, or test it without a key")

  static let onlyWrapped = FindingDefinition(
    "decrypt.only-wrapped", .warning,
    cause: "The backup is a gpg message that is only packed or signed (gpg --store, --sign), not encrypted.",
    nextStep: "if it should be secret, make it with gpg --encrypt")

  /// inconclusive: the container does not say how it was encrypted, and the passphrase may well be the right one.
  static let cipherUnknown = FindingDefinition(
    "decrypt.cipher-unknown", .inconclusive,
    cause:
      "The backup is a container of openssl enc, which does not say its cipher, and none of the usual ones opens it with the passphrase given, or more than one may.",
    nextStep: "name the cipher that it was made with: --openssl-cipher aes-256-cbc")

  static let toolMissing = FindingDefinition(
    "decrypt.tool-missing", .inconclusive,
    cause: "The tool for this encryption is not installed.",
    nextStep: "run `proofback doctor`: it says what to install")
}
