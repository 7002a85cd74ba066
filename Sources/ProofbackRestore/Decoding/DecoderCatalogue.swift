/// The one list of layer kinds. The first that recognises the bytes takes them.
public enum DecoderCatalogue {
  public static let all: [any LayerDecoder] =
    CompressionFormat.all.map(CompressionDecoder.init) + [AgeDecoder(), OpenSSLDecoder(), GPGDecoder()]

  /// The kind of layer that `head` is the beginning of; nil when it is none.
  static func decoder(for head: [UInt8]) -> (any LayerDecoder)? { all.first { $0.recognises(head) } }
}
