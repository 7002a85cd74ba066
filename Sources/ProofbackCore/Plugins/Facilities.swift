public import Foundation

/// What a server knows of the plug-ins without knowing any of them: the executable fills it in.
public struct Facilities: Sendable {
  /// Types that forms offer.
  public var types: [DatabaseType]
  /// What engines take beside the backup.
  public var options: [OptionSchema]
  /// Kinds of sandboxes, the usual one first.
  public var sandboxes: [SandboxOffer]
  /// Kinds of backup servers; an address without a scheme is of the first.
  public var serverKinds: [BackupServerKind]
  /// Reads a location and the pattern that goes with it.
  /// - Throws: `RunTrouble` when it does not parse or is not allowed.
  public var read: @Sendable (_ location: String, _ pattern: String?) throws -> LocationReading
  /// Looks at bytes that are said to be a secret of a kind, and tries the passphrase that they are said to be locked
  /// with.
  public var inspect: @Sendable (_ secret: Data, _ kind: CredentialKind, _ passphrase: Data?) async -> KeyInspection
  /// The public keys that a location's host shows to anybody, unproven.
  /// - Throws: `RunTrouble` when it shows none.
  public var hostKeys: @Sendable (_ location: String) async throws -> [ShownHostKey]

  /// Looks for the backup of an assignment whose goal is to locate it, or to look at it, from this process and without a sandbox;
  /// nil: nobody can. Only for locations with a reach.
  public var look: @Sendable (_ assignment: Assignment) async -> BackupLook?

  /// Draws a text, where the host has a program for it.
  public var draw: @Sendable (_ text: String) async -> QRCode?

  public init(
    types: [DatabaseType], options: [OptionSchema] = [], sandboxes: [SandboxOffer] = [],
    serverKinds: [BackupServerKind] = [],
    read: @escaping @Sendable (_ location: String, _ pattern: String?) throws -> LocationReading,
    inspect: @escaping @Sendable (_ secret: Data, _ kind: CredentialKind, _ passphrase: Data?) async -> KeyInspection,
    hostKeys: @escaping @Sendable (_ location: String) async throws -> [ShownHostKey],
    look: @escaping @Sendable (_ assignment: Assignment) async -> BackupLook? = { _ in nil },
    draw: @escaping @Sendable (_ text: String) async -> QRCode? = { _ in nil }
  ) {
    self.types = types
    self.options = options
    self.sandboxes = sandboxes
    self.serverKinds = serverKinds
    self.read = read
    self.inspect = inspect
    self.hostKeys = hostKeys
    self.look = look
    self.draw = draw
  }

  /// The kind of sandbox that a restore test is carried out in: the one that it names, else its image's, else the usual.
  public func sandbox(named name: String?, image: String?) -> SandboxOffer? {
    if let name { return sandboxes.first { $0.name == name } }
    return image == nil ? sandboxes.first : sandboxes.first(where: \.usesImages)
  }

  /// The kind that a backup server's address is of; nil when this version has none such.
  public func serverKind(of address: String) -> BackupServerKind? {
    serverKinds.first { address.hasPrefix("\($0.scheme)://") }
  }
}

/// A kind of sandbox as forms offer it.
public struct SandboxOffer: Sendable, Equatable {
  public var name: String
  public var title: String
  public var usesImages: Bool

  public init(_ kind: any SandboxKind) {
    (name, title, usesImages) = (kind.name, kind.title, kind.usesImages)
  }
}

/// What bytes are that are said to be a secret.
public enum KeyInspection: Sendable, Equatable {
  /// For people, without a secret in it: `OpenSSH private key`.
  case key(String)
  /// A key that is kept in another form than it was given in.
  case rewritten(String, Data)
  /// A key that has a passphrase of its own.
  case lockedKey(String, PassphraseTrial)
  /// It is none: a lower-case fact that says what it is instead.
  case noKey(String)
}

/// What came of trying a passphrase on a key that is locked with one.
public enum PassphraseTrial: Sendable, Equatable {
  case opens, doesNotOpen, noneGiven
  /// What it takes is not on this machine.
  case untried
  /// The tool broke or did not end: a lower-case fact.
  case failed(String)
}
