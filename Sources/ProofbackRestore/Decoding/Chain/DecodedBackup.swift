public import ProofbackCore
public import ProofbackSystem
import Synchronization
public import SystemPackage

/// One layer that was taken off, as far as it has come.
public struct LayerRecord: Sendable, Equatable {
  public var name: String
  /// `.decrypt` or `.decompress`.
  public var stage: Stage
  /// Bytes that came out of it.
  public var bytes: UInt64
  public var seconds: Double
}

/// The bytes that came out of a layer. Without a hash where they were not read to their end.
struct LayerDigest: Sendable, Equatable {
  var layer: String
  var bytes: UInt64
  var sha256: String?
}

/// A backup without its layers, on its way through a pipe.
///
/// Life cycle: read `output` to its end, or close it early → close it → `finish` once, which says what the layers
/// found. `abort` at any time, from any task, also twice; after it `output` ends.
public final class DecodedBackup: Sendable {
  /// Read end of a pipe; the caller owns and closes it.
  public let output: FileDescriptor
  /// The first bytes, at most `ContentHead.limit` and what the pipe holds (two pages where the kernel gives a user no
  /// more); they are still in `output`.
  public let head: [UInt8]
  private let work: ChainWork
  /// Moves what came out of the innermost layer; nil when there are no layers.
  private let last: PipeHop?
  private let surroundings: DecodingSurroundings
  private let expects: EncryptionExpectation
  private let encrypted = Mutex(false)
  /// Layers inside of a tar; none when the backup is no tar.
  let memberLayers = MemberLayers()

  init(
    last source: FileDescriptor, head: [UInt8], work: ChainWork, surroundings: DecodingSurroundings,
    expects: EncryptionExpectation
  ) throws {
    self.head = head
    self.work = work
    self.surroundings = surroundings
    self.expects = expects
    let index = work.layers.count - 1
    guard index >= 0 else {
      output = source
      last = nil
      return
    }
    let pipe = try Pipe()
    output = pipe.readEnd
    let hop = PipeHop(from: source, to: pipe.writeEnd, stop: work.stop, hashes: surroundings.hashesLayers)
    last = hop
    hop.start(
      onBytes: { [weak work] in work?.tell($0, outOf: index) }, onReaderGone: { [weak work] in work?.stopAll() })
  }

  /// Whether the innermost bytes are a folder packed as tar.
  public var isTar: Bool { TarHead.begins(head) }

  /// The layers from the outside in, as far as they have come.
  public var layers: [LayerRecord] {
    let layers = work.layers
    return layers.indices.map { index in
      LayerRecord(
        name: layers[index].decoder.name, stage: layers[index].decoder.stage, bytes: bytes(outOf: index),
        seconds: layers[index].seconds)
    }
  }

  /// What an engine reads: the stream, or a tar's files without their own layers.
  /// - Parameters:
  ///   - damage: done to it on its way.
  ///   - effect: set when it has changed something.
  public func content(_ damage: Damage? = nil, effect: Flag = Flag()) -> BackupContent {
    let pipe = PipeReader(output)
    let reader: any ByteReader = damage.map { DamagedReader(pipe, $0, effect: effect) } ?? pipe
    guard isTar else { return .stream(reader) }
    var inner = surroundings
    inner.hashesLayers = false
    return .folder(DecodedMembers(TarReader(reader), surroundings: inner, layers: memberLayers))
  }

  /// Waits until every layer has been read to its end, also behind a layer that failed, and says what was found, from
  /// the outermost layer in. When the reader closed `output` early, layers that had not ended by then are ended and
  /// have nothing to say.
  ///
  /// A `.truncated` finding is the consequence when the fetch itself was cut: the run puts the fetch's first.
  public func finish() async -> [Finding] {
    await last?.ended()
    var findings: [Finding] = []
    var encryptions = 0
    let layers = work.layers
    for index in layers.indices {
      await layers[index].feed.ended()
      let judgement = await layers[index].judgement(bytesOut: bytes(outOf: index))
      findings += judgement.findings
      if judgement.wasEncrypted { encryptions += 1 }
    }
    let wasEncrypted = encryptions > 0 || memberLayers.anyEncrypted
    encrypted.withLock { $0 = wasEncrypted }
    let found = EncryptionFound(
      layers: layers.map(\.decoder.name), encryptions: encryptions, isEmpty: layers.isEmpty && head.isEmpty,
      isWrapped: layers.contains { $0.decoder.stage == .decrypt }, members: memberLayers)
    return findings + found.findings(expects)
  }

  /// Whether a layer kept the content secret; known once `finish` has returned.
  var wasEncrypted: Bool { encrypted.withLock { $0 } }

  /// Ends every tool and waits until none is left. Safe twice, before and after `finish`.
  public func abort() async {
    memberLayers.stop()
    await work.abandon()
    await last?.ended()
  }

  /// Ends every tool. Does not wait. Safe twice, from any thread.
  func stop() {
    memberLayers.stop()
    work.stopAll()
  }

  /// What came out of each layer, from the outside in; complete once `finish` has returned.
  var digests: [LayerDigest] {
    let layers = work.layers
    return layers.indices.map { index in
      let hop = index + 1 < layers.count ? layers[index + 1].feed : last
      return LayerDigest(layer: layers[index].decoder.name, bytes: hop?.bytes ?? 0, sha256: hop?.sha256)
    }
  }

  private func bytes(outOf index: Int) -> UInt64 {
    let layers = work.layers
    return index + 1 < layers.count ? layers[index + 1].feed.bytes : last?.bytes ?? 0
  }
}
