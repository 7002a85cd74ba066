import ProofbackCore

extension RunRequests {
  /// What the form "Run a test restoration" says.
  public struct Form: Sendable, Equatable {
    /// Id of a backup server; empty: this machine.
    public var server = ""
    public var location = ""
    public var file = ""
    /// Empty: found from the bytes.
    public var type = ""
    /// Ids of credentials; any of them may be the one.
    public var decryptionKeys: [String] = []
    public var passphrase = ""
    /// Id of a credential.
    public var proofKey = ""
    /// `26h`; empty: any age.
    public var maxAge = ""
    /// `1MB`; empty: any size.
    public var minSize = ""
    /// Whether a backup that is not encrypted is bad.
    public var requireEncryption = false
    /// Whom it may be encrypted to, one a line; empty: anybody.
    public var recipients = ""
    /// Names of tables whose rows come and go as they like, with commas or blanks between them.
    public var volatileTables = ""
    /// `rows-lost=30%, future=5%`
    public var tolerances = ""
    /// Checks of one's own, one a line.
    public var checks = ""
    /// Of `openssl enc`; empty: found by trial.
    public var opensslCipher = ""
    /// `full` or `sampled`.
    public var depth = ""
    /// `4h`, `2GB`, `20GB`: bounds of the run; empty: those that a run has as a rule.
    public var timeout = ""
    public var memory = ""
    public var disk = ""
    /// Id of a workplace; empty: this machine.
    public var workplace = ""
    /// Of a kind of sandbox; empty: the image's kind, else the usual one.
    public var sandbox = ""
    /// A container image; empty: found from the backup.
    public var image = ""
    /// Of the engines, by their names; empty ones are as if they were not there.
    public var options: [String: String] = [:]
    public init() {}
  }
}
