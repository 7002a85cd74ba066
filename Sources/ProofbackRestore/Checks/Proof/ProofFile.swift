import ProofbackCore

/// Which bytes of the backup are those that the proof was made for: the file as it lies there, or what is inside of some of
/// its layers, when a tool's output was stamped before it was compressed or encrypted.
enum ProofFile: Equatable {
  case file
  case inside([String])
  /// None of them.
  case other(evidence: [String])
  /// Not all of them were seen: the stream ended early, or what was stamped may be one of a tar's files.
  case unknown

  /// - Parameters:
  ///   - source: with the file's hash, where it was read to its end.
  ///   - layers: all of them, those inside of a tar too.
  init(_ stream: ProofStream, source: SourceObject?, digests: [LayerDigest], layers: [String]) {
    if source?.sha256 == stream.sha256 {
      self = .file
    } else if let index = digests.lastIndex(where: { $0.sha256 == stream.sha256 }) {
      self = .inside(digests[...index].map(\.layer))
    } else if source?.sha256 == nil || digests.contains(where: { $0.sha256 == nil }) || layers.count > digests.count {
      self = .unknown
    } else {
      self = .other(evidence: Self.evidence(stream, source, digests))
    }
  }

  private static func evidence(
    _ stream: ProofStream, _ source: SourceObject?, _ digests: [LayerDigest]
  ) -> [String] {
    [
      "in the proof: \(stream.bytes) bytes, SHA-256 \(UntrustedText.line(stream.sha256, limit: 64))",
      "the file: \(source?.size ?? 0) bytes, SHA-256 \(source?.sha256 ?? "")",
    ]
      + digests.map { "inside \($0.layer): \($0.bytes) bytes, SHA-256 \($0.sha256 ?? "")" }
  }

  /// For the evidence of a proof that holds.
  var text: String? {
    switch self {
    case .file: "the file is byte for byte the one that the proof was made for"
    case .inside(let layers):
      "inside \(layers.joined(separator: ", ")) is byte for byte what the proof was made for"
    case .other, .unknown: nil
    }
  }
}
