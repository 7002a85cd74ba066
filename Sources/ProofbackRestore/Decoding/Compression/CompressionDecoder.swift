import ProofbackCore
import ProofbackSystem

/// gzip, zstd, xz, bzip2, lz4 and the older ones: one plug-in, a row of `CompressionFormat` each.
struct CompressionDecoder: LayerDecoder {
  let format: CompressionFormat
  var name: String { format.name }
  var stage: Stage { .decompress }

  func recognises(_ head: [UInt8]) -> Bool { format.begins(head) }
  func statedSize(_ head: [UInt8]) -> UInt64? { format.statedSize(head) }

  func tool(for head: [UInt8], keys: HeldKeys, in surroundings: DecodingSurroundings) async throws -> LayerTool {
    guard let path = Programs.find(format.tool) else {
      throw RunTrouble(
        DecompressFindings.toolMissing, "the backup is compressed with \(name), and \(format.tool) is not installed",
        hint: "apt install \(format.package)")
    }
    let command = Command(path, format.arguments, environment: DecoderSeal.environment)
    return LayerTool(command: DecoderSeal.seal(command, as: surroundings.user), judge: judge)
  }

  private func judge(_ outcome: LayerOutcome) -> LayerJudgement {
    let evidence =
      ["bytes that came out before: \(outcome.bytesOut)"]
      + outcome.errorLines.prefix(2).map { "\(name) says: \(UntrustedText.line($0))" }
    switch format.meaning(of: outcome) {
    case .truncated:
      return .init([DecompressFindings.truncated.finding("the \(name) stream ends too early", evidence: evidence)])
    case .corrupt:
      return .init([DecompressFindings.corrupt.finding("the \(name) stream is damaged", evidence: evidence)])
    case .trailingGarbage:
      return .init([
        DecompressFindings.trailingGarbage.finding(
          "after the \(name) stream come bytes that are no \(name)", evidence: evidence)
      ])
    case .memory:
      return .init([DecompressFindings.memory.finding("\(name) needs more memory than it may have", evidence: evidence)]
      )
    case nil: return .init(outcome.end.isSuccess ? [] : [DecodingFindings.unexplained(name, outcome)])
    }
  }
}
