import ProofbackCore

/// A compression that one tool of its own undoes: what its bytes begin with, and what its tool's end means.
public struct CompressionFormat: Sendable {
  let name: String
  /// The tool and its arguments: from standard input to standard output.
  let tool: String
  let arguments: [String]
  /// Debian's package of it.
  let package: String
  let begins: @Sendable ([UInt8]) -> Bool
  let messages: [Message]
  /// Bytes of content that the first frame states.
  var statedSize: @Sendable ([UInt8]) -> UInt64? = { _ in nil }

  /// One of the tool's fixed English messages (LC_ALL=C), or an exit code that says enough by itself. The first that
  /// fits decides. None of these tools tells its failures apart otherwise.
  struct Message: Sendable {
    var text: String
    var code: Int32?
    var meaning: Meaning
    init(_ text: String, code: Int32? = nil, _ meaning: Meaning) {
      self.text = text
      self.code = code
      self.meaning = meaning
    }
  }

  enum Meaning: Sendable { case truncated, corrupt, trailingGarbage, memory }

  /// What `outcome` means; nil when the tool succeeded, or said nothing known.
  func meaning(of outcome: LayerOutcome) -> Meaning? {
    guard case .exited(let code) = outcome.end else { return nil }
    let lines = outcome.errorLines
    return messages.first { message in
      (message.code == nil || message.code == code)
        && (message.text.isEmpty ? code != 0 : lines.contains { $0.contains(message.text) })
    }?.meaning
  }

  public static let all = [gzip, zstd, xz, bzip2, lz4, lzma, compress]
}

extension CompressionFormat {
  /// RFC 1952: ID1, ID2, CM 8 (deflate), no reserved flag. Messages: gzip 1.12.
  static let gzip = CompressionFormat(
    name: "gzip", tool: "gzip", arguments: ["-dc"], package: "gzip",
    begins: { $0.starts(with: [0x1F, 0x8B, 0x08]) && $0.count > 3 && $0[3] & 0xE0 == 0 },
    messages: [
      .init("unexpected end of file", .truncated), .init("invalid compressed data", .corrupt),
      .init("trailing garbage ignored", .trailingGarbage), .init("memory exhausted", .memory),
      .init("not supported", .corrupt), .init("not in gzip format", .corrupt),
    ])

  /// RFC 8878, section 3.1: a frame (0xFD2FB528) or a skippable frame (0x184D2A50…5F), little-endian. A window may be up
  /// to 2 GiB (`--long=31`); the tool alone would refuse more than 128 MiB. Messages: zstd 1.5.4.
  static let zstd = CompressionFormat(
    name: "zstd", tool: "zstd", arguments: ["-dc", "--long=31", "-q"], package: "zstd",
    begins: {
      $0.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
        || ($0.count >= 8 && $0[0] & 0xF0 == 0x50 && $0[1...].starts(with: [0x2A, 0x4D, 0x18]))
    },
    messages: [
      .init("not enough memory", .memory), .init("too much memory", .memory), .init("Allocation error", .memory),
      .init("premature end", .truncated), .init("Read error (39)", .truncated),
      .init("unsupported format", .trailingGarbage), .init("unknown header", .trailingGarbage),
      .init("Decoding error (36)", .corrupt), .init("Corrupted", .corrupt),
    ], statedSize: StatedSize.ofZstd)

  /// The .xz file format 1.2.1, section 2.1.1.1. xz takes what follows the stream for a damaged stream. Messages: xz
  /// 5.4.1. The memory limit allows the largest dictionary, 1.5 GiB.
  static let xz = CompressionFormat(
    name: "xz", tool: "xz", arguments: ["-dc", "--memlimit-decompress=1600MiB"], package: "xz-utils",
    begins: { $0.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) },
    messages: [
      .init("Memory usage limit reached", .memory), .init("Cannot allocate memory", .memory),
      .init("Unexpected end of input", .truncated), .init("Compressed data is corrupt", .corrupt),
      .init("Unsupported options", .corrupt), .init("File format not recognized", .trailingGarbage),
    ])

  /// "BZh", block size, and the magic of a block or of the end of an empty stream (bzip2 1.0.8, decompress.c). Messages
  /// and exit codes (2: the file is bad) of the same.
  static let bzip2 = CompressionFormat(
    name: "bzip2", tool: "bzip2", arguments: ["-dc"], package: "bzip2",
    begins: { head in
      head.starts(with: Array("BZh".utf8)) && head.count > 3 && (0x31...0x39).contains(head[3])
        && (head.count < 10 || blockMagics.contains(Array(head[4..<10])))
    },
    messages: [
      .init("Compressed file ends unexpectedly", .truncated), .init("trailing garbage after EOF", .trailingGarbage),
      .init("couldn't allocate enough memory", .memory), .init("Data integrity error", .corrupt),
      .init("", code: 2, .corrupt),
    ])
  private static let blockMagics: [[UInt8]] = [
    [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], [0x17, 0x72, 0x45, 0x38, 0x50, 0x90],
  ]

  /// LZ4 frame format 1.6.2: a frame (0x184D2204) or the legacy one (0x184C2102), little-endian. lz4 1.9.4 has an exit
  /// code for each failure (lz4io.c); for what follows the last frame only that and sometimes no text. 52 to 54 are the
  /// legacy frame's: it has neither an end mark nor checksums, so a cut between two of its blocks (8 MiB each) and most
  /// flipped bits are for the engine to see.
  static let lz4 = CompressionFormat(
    name: "lz4", tool: "lz4", arguments: ["-dc"], package: "lz4",
    begins: { $0.starts(with: [0x04, 0x22, 0x4D, 0x18]) || $0.starts(with: [0x02, 0x21, 0x4C, 0x18]) },
    messages: [
      .init("Allocation error", .memory), .init("", code: 68, .truncated), .init("", code: 67, .corrupt),
      .init("", code: 66, .corrupt), .init("Decoding Failed", code: 53, .corrupt), .init("", code: 53, .truncated),
      .init("", code: 52, .truncated), .init("", code: 54, .corrupt), .init("", code: 44, .trailingGarbage),
      .init("", code: 1, .trailingGarbage), .init("", code: 40, .trailingGarbage),
      .init("", code: 42, .trailingGarbage), .init("", code: 43, .trailingGarbage),
    ], statedSize: StatedSize.ofLZ4)

  /// The format of LZMA_Alone, which has no magic (lzma-file-format.txt of LZMA SDK; xz's own check in
  /// alone_decoder.c): the properties that every tool writes, a dictionary of 2^n or 2^n + 2^(n-1) bytes, a length that
  /// is unknown or below 256 GiB, and a range coder's zero byte. Nothing may follow it, for xz.
  static let lzma = CompressionFormat(
    name: "lzma", tool: "xz", arguments: ["-dc", "--format=lzma", "--memlimit-decompress=1600MiB"],
    package: "xz-utils", begins: beginsLZMA, messages: xz.messages)

  @Sendable private static func beginsLZMA(_ head: [UInt8]) -> Bool {
    guard head.count >= 18, head[0] == 0x5D, head[13] == 0 else { return false }
    let dictionary = head[1..<5].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let isDictionary =
      dictionary >= 4096 && (dictionary.nonzeroBitCount == 1 || dictionary == 3 << (dictionary.trailingZeroBitCount))
    let length = head[5..<13].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    // Zeros here would be text that begins with a NUL; a BSON document may look so.
    let isCoded = head[14..<17].contains { $0 != 0 }
    return isDictionary && (length == .max || length < 1 << 38) && isCoded
  }

  /// What compress (ncompress) writes: 0x1F9D and a byte of which the lowest five bits are 9 to 16; gzip reads it. It has
  /// neither an end mark nor a checksum: a cut is for the engine to see.
  static let compress = CompressionFormat(
    name: "compress", tool: "gzip", arguments: ["-dc"], package: "gzip",
    begins: { $0.starts(with: [0x1F, 0x9D]) && $0.count > 3 && $0[2] & 0x60 == 0 && (9...16).contains($0[2] & 0x1F) },
    messages: gzip.messages + [.init("corrupt input", .corrupt)])
}
