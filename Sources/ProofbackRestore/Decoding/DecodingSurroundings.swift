public import Foundation
public import ProofbackCore
public import ProofbackSystem
public import SystemPackage

/// What a run lends to its decoders.
public struct DecodingSurroundings: Sendable {
  /// The run's key folder (tmpfs, mode 0700, gone with the run). Decoders make folders of their own in it.
  public var keyFolder: FilePath
  public var secrets: RunSecrets
  /// User id that sealed processes run as when we are root.
  public var user: UInt32
  /// What is demanded of the encryption.
  public var policy = EncryptionPolicy()
  /// Of containers that don't say theirs; one of `OpenSSLCipher`.
  public var opensslCipher: String?
  /// What an engine says of a backup by its first bytes, the surest first.
  public var recognise: @Sendable (_ head: [UInt8]) -> Recognition? = { _ in nil }
  /// Whether what comes out of each layer is hashed: it costs a look at every byte.
  public var hashesLayers = false
  /// The time that keys' expiry is judged by.
  public var now: Date
  /// Told of every tool that is started, so that the run can end them all.
  public var register: @Sendable (ChildProcess) -> Void
  /// Of a folder's member, by its name: how many layers around it are to be taken off; nil for as many as there are.
  public var mostLayers: @Sendable (String) -> Int?

  public init(
    keyFolder: FilePath, secrets: RunSecrets, user: UInt32, now: Date,
    register: @escaping @Sendable (ChildProcess) -> Void = { _ in },
    mostLayers: @escaping @Sendable (String) -> Int? = { _ in nil }
  ) {
    self.keyFolder = keyFolder
    self.secrets = secrets
    self.user = user
    self.now = now
    self.register = register
    self.mostLayers = mostLayers
  }

  /// Whether the run was given anything that opens an encrypted backup, and so expects one.
  var holdsKeys: Bool { !secrets.decryptionKeys.isEmpty || secrets.passphrase != nil }
}
