/// What is demanded of a backup's encryption.
public struct EncryptionPolicy: Sendable, Codable, Equatable {
  /// Whether a backup that anyone can read, or could have changed without a trace, is bad.
  public var isRequired: Bool
  /// To whom it may be encrypted and to nobody else; none: to anybody.
  public var recipients: [Recipient]

  public init(isRequired: Bool = false, recipients: [Recipient] = []) {
    self.isRequired = isRequired
    self.recipients = recipients
  }

  /// Whoever names recipients demands encryption, too.
  public var demandsEncryption: Bool { isRequired || !recipients.isEmpty }

  /// Nil when nothing is demanded.
  public var ifAny: EncryptionPolicy? { demandsEncryption ? self : nil }
}
