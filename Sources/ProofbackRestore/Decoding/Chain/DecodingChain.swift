public import ProofbackCore
import ProofbackSystem
public import SystemPackage

/// Peels layer after layer off the bytes in a pipe, each recognised by its content, never by a name, in any nesting.
public enum DecodingChain {
  /// More than any backup has: gpg around zstd around tar is three.
  static let mostLayers = 12

  /// Looks at the head of what is in `pipe`, starts the tool that takes that layer off, looks at what comes out, and so
  /// on until nothing is recognised. No byte is copied into this process but the heads.
  ///
  /// - Parameters:
  ///   - pipe: read end of a pipe with the backup's bytes; given away, also when this throws. Its writer is never
  ///     stopped by a decoder that fails: the bytes are read to their end, unless the run gives up.
  ///   - expects: what a backup without an encrypted layer is; nil: what the run's keys and policy make of it.
  ///   - most: layers that are taken off at most; what is inside is the content, whatever it looks like.
  ///   - onBytes: bytes that came out of a stage so far; often, from any thread.
  /// - Returns: the backup, ready to be read. A layer that can't be opened gives a backup without bytes, whose
  ///   `finish` says why.
  /// - Throws: `RunTrouble` when a tool is missing or a key given is none; `BadBackup` when there are too many layers.
  ///   Nothing is left running then. Cancelling the task ends the tools; a source that stalls must be ended by whoever
  ///   started it.
  public static func open(
    _ pipe: FileDescriptor, surroundings: DecodingSurroundings, expects: EncryptionExpectation? = nil, most: Int = .max,
    onBytes: @escaping @Sendable (Stage, UInt64) -> Void = { _, _ in }
  ) async throws -> DecodedBackup {
    let work: ChainWork
    do { work = try ChainWork(onBytes: onBytes) } catch {
      try? pipe.close()
      throw error
    }
    return try await withTaskCancellationHandler {
      try await peel(pipe, work, surroundings, expects ?? .of(surroundings), most)
    } onCancel: {
      work.stopAll()
    }
  }

  private static func peel(
    _ pipe: FileDescriptor, _ work: ChainWork, _ surroundings: DecodingSurroundings, _ expects: EncryptionExpectation,
    _ most: Int
  ) async throws -> DecodedBackup {
    var current = pipe
    do {
      let keys = try HeldKeys(surroundings.secrets)
      while true {
        try Task.checkCancellation()
        let bytes = current
        let head = try await Blocking.run("peek") { try PipePeek.head(of: bytes, count: ContentHead.limit) }
        guard work.layers.count < most, let decoder = DecoderCatalogue.decoder(for: head) else {
          return try DecodedBackup(
            last: current, head: head, work: work, surroundings: surroundings,
            expects: expects)
        }
        guard work.layers.count < mostLayers else { throw tooMany(work) }
        let tool = try await decoder.tool(for: head, keys: keys, in: surroundings)
        let next = try await RunningLayer.start(
          decoder, tool: tool, on: current, stop: work.stop,
          // The file as it lies there is hashed by whoever fetches it.
          hashes: surroundings.hashesLayers && !work.layers.isEmpty, register: surroundings.register)
        work.add(next.layer)
        current = next.inside
      }
    } catch {
      // The pipe's writer sees its reader go.
      try? current.close()
      await work.abandon()
      throw error
    }
  }

  private static func tooMany(_ work: ChainWork) -> BadBackup {
    BadBackup(
      DecodingFindings.tooManyLayers, "more than \(mostLayers) layers around the backup",
      evidence: ["layers: " + work.layers.map(\.decoder.name).joined(separator: ", ")])
  }
}
