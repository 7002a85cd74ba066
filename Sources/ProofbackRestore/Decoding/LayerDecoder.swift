public import ProofbackCore
public import ProofbackSystem

/// One kind of layer around a backup: gpg, zstd … One folder in `Decoding/`, one line in `DecoderCatalogue`.
///
/// Life cycle: `recognises`, and of what it recognises `statedSize` and `withoutKeys`, any number of times, from the head of
/// the bytes alone; then `tool` once for every layer of this kind that is peeled off. The chain starts the tool, moves the
/// bytes, and asks the tool's `judge` how it went once the tool has ended.
public protocol LayerDecoder: Sendable {
  /// `gpg`, `zstd` … as reports name the layer.
  var name: String { get }
  /// `.decrypt` or `.decompress`.
  var stage: Stage { get }
  /// Whether `head` is the beginning of such a layer. Strict: what is taken for a layer and is none makes a good
  /// backup unreadable.
  func recognises(_ head: [UInt8]) -> Bool
  /// Makes ready what the tool needs (keys in their folder, say).
  /// - Parameter keys: the run's keys, sorted by kind.
  /// - Throws: `RunTrouble` when the tool is missing or a key given can't be used.
  func tool(for head: [UInt8], keys: HeldKeys, in surroundings: DecodingSurroundings) async throws -> LayerTool

  /// Bytes that come out of the layer's first part, where its head states them.
  func statedSize(_ head: [UInt8]) -> UInt64?
  /// What a run that has neither a key nor a passphrase says of such a layer, where its head makes that certain.
  func withoutKeys(_ head: [UInt8]) -> Finding?
}

extension LayerDecoder {
  /// Most formats don't say.
  public func statedSize(_ head: [UInt8]) -> UInt64? { nil }

  /// What needs no key, and what an empty passphrase may open.
  public func withoutKeys(_ head: [UInt8]) -> Finding? { nil }
}

/// A tool that peels one layer off: reads it on standard input, writes what is inside to standard output.
public struct LayerTool: Sendable {
  /// Sealed already.
  public var command: Command
  /// What the tool's end says about the layer. Called once, unless the tool was stopped by us.
  public var judge: @Sendable (LayerOutcome) -> LayerJudgement
  /// Removes what was made for the tool. Safe twice.
  public var cleanUp: @Sendable () -> Void

  public init(
    command: Command, cleanUp: @escaping @Sendable () -> Void = {},
    judge: @escaping @Sendable (LayerOutcome) -> LayerJudgement
  ) {
    self.command = command
    self.judge = judge
    self.cleanUp = cleanUp
  }
}

/// How a layer's tool ended.
public struct LayerOutcome: Sendable {
  public var end: ProcessEnd
  /// Its standard error, capped: beginning and end.
  public var errors: [UInt8]
  /// Bytes that were there for it to read, and bytes that it wrote.
  public var bytesIn: UInt64
  public var bytesOut: UInt64

  public init(end: ProcessEnd, errors: [UInt8], bytesIn: UInt64, bytesOut: UInt64) {
    self.end = end
    self.errors = errors
    self.bytesIn = bytesIn
    self.bytesOut = bytesOut
  }

  /// The lines of `errors`, without empty ones.
  public var errorLines: [Substring] {
    String(decoding: errors, as: UTF8.self).split { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
  }
}

public struct LayerJudgement: Sendable {
  public var findings: [Finding]
  /// Whether the layer kept its content secret: false for compression, and for a gpg message that is only stored
  /// or signed.
  public var wasEncrypted: Bool

  public init(_ findings: [Finding] = [], wasEncrypted: Bool = false) {
    self.findings = findings
    self.wasEncrypted = wasEncrypted
  }
}
