import ProofbackCore

/// What a backup's encryption is held against: that there is one, for whom, and that a change would be seen.
enum EncryptionFindings {
  static let all = [
    required, extraRecipient, missingRecipient, unlistedRecipient, hiddenRecipients, recipientUnresolved, asListed,
    unprotected, unauthenticated, emptyPassphrase, twice,
  ]

  /// The policy demands encryption, and anyone can read the file: plain, compressed, packed or signed by gpg, or opened
  /// by the empty passphrase. Another case: `gpg --encrypt` whose `|| cat` took over when a key had expired.
  static let required = FindingDefinition(
    "decrypt.encryption-required", .failed, holdsWhenCut: true,
    cause: "Encryption is demanded, and anyone can read the backup: it is plain, only packed, or only signed.",
    nextStep: "encrypt the backup where it is made, and remove or encrypt the copies that lie about; else demand less")

  /// Somebody can open it who is neither on the list nor among the keys given. Another case: a `hidden-encrypt-to` that
  /// was left in the backup host's gpg.conf by the one before.
  static let extraRecipient = FindingDefinition(
    "decrypt.extra-recipient", .failed, holdsWhenCut: true,
    cause: "The backup is encrypted to somebody who is not on the list of recipients: they can read it, too.",
    nextStep: "find out whose key it is; take it out where the backup is made, or name it with --recipient")

  /// A warning: nobody can read more than they may, and a key that is held opens the backup. Whoever is missing can't
  /// open it when that key is lost. Another case: a custodian's key that expired is left out by a script that only warns.
  static let missingRecipient = FindingDefinition(
    "decrypt.missing-recipient", .warning,
    cause: "Somebody on the list of recipients can't open the backup: it is not encrypted to them.",
    nextStep: "encrypt the next backup to them as well, or take them off the list")

  /// A warning: keys change, and a backup to the old one is opened by a key that was given for this. Another case: the
  /// list has the new key, and the backup host has not been told.
  static let unlistedRecipient = FindingDefinition(
    "decrypt.unlisted-recipient", .warning,
    cause: "The backup is encrypted to a key that is given for it, but that is not on the list of recipients.",
    nextStep: "encrypt to the keys on the list, or name this one with --recipient, too")

  /// A warning: a message may hide whom it is for, and only who holds a key can tell. Another case: age, which names
  /// nobody.
  static let hiddenRecipients = FindingDefinition(
    "decrypt.hidden-recipients", .warning,
    cause: "The backup hides some of those it is encrypted to, so that not all can be held against the list.",
    nextStep: "give the keys of the others as well, or let gpg name them: without --hidden-recipient")

  /// A warning: an address, or a key's fingerprint where the message names its subkey, says nothing of keys that are not
  /// held; more strangers than such names fail. Another case: a list made from `gpg --list-keys`, which shows no subkeys'
  /// fingerprints.
  static let recipientUnresolved = FindingDefinition(
    "decrypt.recipient-unresolved", .warning,
    cause:
      "The backup is encrypted to a key that may or may not be one on the list: the list names keys that are not held by something else than what the backup says of them.",
    nextStep: "look whose key it is, and name it by its encryption subkey: gpg --list-keys --with-subkey-fingerprints")

  static let asListed = FindingDefinition(
    "decrypt.recipients-as-listed", .none,
    cause:
      "The backup can be opened by those on the list of recipients, or by the passphrase given, and by nobody else.",
    nextStep: "")

  /// failed: nobody can tell whether such a container was changed since, and who may write to it may change single values.
  /// Another case: blocks of a container in ECB mode that somebody put in another order.
  static let unprotected = FindingDefinition(
    "decrypt.no-integrity-protection", .failed, holdsWhenCut: true,
    cause:
      "Encryption is demanded, and this one (openssl enc, a gpg message without integrity protection) keeps no one from changing the backup without a trace.",
    nextStep: "encrypt with age, or with a current gpg without --rfc2440 and --disable-mdc")

  /// The same where no encryption is demanded: the backup restores, and whether it is what was backed up, nobody can tell.
  static let unauthenticated = FindingDefinition(
    "decrypt.unauthenticated", .warning,
    cause:
      "The encryption (openssl enc, a gpg message without integrity protection) keeps no one from changing the backup without a trace.",
    nextStep: "encrypt with age, or with a current gpg without --rfc2440 and --disable-mdc")

  /// The container opens with no passphrase at all. Another case: `-pass env:NAME` with a variable that is set to nothing.
  static let emptyPassphrase = FindingDefinition(
    "decrypt.empty-passphrase", .warning,
    cause: "The backup is encrypted with the empty passphrase: anyone can open it.",
    nextStep: "look at how the script gets its passphrase: a variable that is not set, or a file that is empty")

  /// A warning: it restores, by whoever knows that they have to decrypt twice. Another case: a file encrypted by the job
  /// that makes it, and again by the one that uploads it.
  static let twice = FindingDefinition(
    "decrypt.encrypted-twice", .warning,
    cause: "The backup is encrypted more than once: two jobs may do it, each not knowing of the other.",
    nextStep: "encrypt once, so that nobody stands before a message in a message when it matters")

  /// What a container that does not protect against changes is worth.
  static func unauthenticated(
    _ container: String, _ policy: EncryptionPolicy, evidence: [String] = []
  ) -> Finding {
    (policy.demandsEncryption ? unprotected : unauthenticated).finding(
      "\(container) does not protect against changes: nobody can tell whether the backup is still what was encrypted",
      evidence: evidence)
  }
}
