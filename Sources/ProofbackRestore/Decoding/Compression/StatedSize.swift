/// What a frame's header states of its content's size.
enum StatedSize {
  /// Frame_Content_Size of the first frame (RFC 8878, section 3.1.1.1). None where a skippable frame comes first, as pzstd
  /// writes one before each of its frames, and of what came to zstd through a pipe.
  @Sendable static func ofZstd(_ head: [UInt8]) -> UInt64? {
    guard head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]), head.count > 4, head[4] & 0x08 == 0 else { return nil }
    let isSingleSegment = head[4] & 0x20 != 0
    let length = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(head[4] >> 6)]
    let dictionary = [0, 1, 2, 4][Int(head[4] & 3)]
    guard length > 0, let size = number(head, at: 5 + (isSingleSegment ? 0 : 1) + dictionary, length) else {
      return nil
    }
    return length == 2 ? size + 256 : size
  }

  /// Content size of the first frame (LZ4 frame format 1.6.2, "Frame Descriptor"), where its flag says that it is there.
  @Sendable static func ofLZ4(_ head: [UInt8]) -> UInt64? {
    guard head.starts(with: [0x04, 0x22, 0x4D, 0x18]), head.count > 4, head[4] & 0xC0 == 0x40, head[4] & 0x08 != 0
    else { return nil }
    return number(head, at: 6, 8)
  }

  /// Little-endian.
  private static func number(_ bytes: [UInt8], at start: Int, _ length: Int) -> UInt64? {
    guard start + length <= bytes.count else { return nil }
    return bytes[start..<(start + length)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
