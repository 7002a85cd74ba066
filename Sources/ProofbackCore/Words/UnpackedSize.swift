/// How much is inside of a file, as far as its size and its head tell.
///
/// Text is as large as its file. A size that a layer states is that of its first frame, and nothing at the head tells whether
/// more frames follow: `zstd -c a.sql b.sql`, pzstd and seekable files have many. So it is taken for the whole only where
/// - the file is at most half as large: frames of about the same packing are then few, and what is inside is not packed
///   itself (bytes that are do not shrink to a half), so that it does not grow once more;
/// - the file is not a hundred times smaller: no dump that anybody showed us was, and a damaged head is left to the run.
/// What is left of the doubt lies within `RunExpectation.aroundContent`, which is several times what most databases take.
/// Whatever follows, at least the stated bytes are inside.
struct UnpackedSize: Sendable, Equatable {
  /// Nil: nothing tells.
  let expected: UInt64?
  /// Bytes that a database keeps of it at the least.
  let leastKept: UInt64
  /// Why so many.
  let leastWords: String
  /// What the head says: `zstd, which unpacks to 12.0 GB`; nil: nothing.
  let words: String?

  /// No dump that anybody showed us was packed more tightly.
  static let tightest = 100.0

  init(ofFile size: UInt64, _ head: BackupHead?) {
    switch head?.packing {
    case .text: (expected, words) = (size, "text that nothing packs")
    case .layer(let name, let stated?):
      let isWhole = (2...Self.tightest).contains(Double(stated) / Double(max(size, 1)))
      let text = Quantity.text(bytes: stated)
      expected = isWhole ? stated : nil
      words = isWhole ? "\(name), which unpacks to \(text)" : "\(name), whose first part states \(text)"
    case .layer(let name, nil): (expected, words) = (nil, "\(name), which does not say what it unpacks to")
    case .unknown, nil: (expected, words) = (nil, nil)
    }
    // Hexadecimal digits of text become half as many bytes; documents that a database packs itself become a tenth.
    let tenth = (expected ?? 0) / 10
    (leastKept, leastWords) =
      tenth > size / 4
      ? (tenth, "a database keeps at least a tenth of what is inside")
      : (size / 4, "a database keeps at least a quarter of what is in such a file")
  }
}
