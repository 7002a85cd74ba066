/// Recognises a tar by its first header block.
public enum TarHead {
  /// Whether `head` begins with a tar header: 512 bytes whose checksum, in octal at 148…155, is the sum of all bytes
  /// with the checksum itself taken as spaces (POSIX.1-2017, pax, "ustar Interchange Format"; the tar before it
  /// had the same sum and no magic).
  public static func begins(_ head: [UInt8]) -> Bool {
    guard head.count >= blockSize, head[0] != 0, let claimed = octal(head[148..<156]) else { return false }
    let block = head[..<blockSize]
    let spaces = 8 * 0x20
    let others = block.reduce(0) { $0 + Int($1) } - head[148..<156].reduce(0) { $0 + Int($1) }
    // Some old tars summed signed bytes.
    let signed =
      block.reduce(0) { $0 + Int(Int8(bitPattern: $1)) } - head[148..<156].reduce(0) { $0 + Int(Int8(bitPattern: $1)) }
    return claimed == others + spaces || claimed == signed + spaces
  }

  private static let blockSize = 512

  /// Octal digits between spaces and NULs; nil when there is anything else, or no digit.
  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    let padding: Set<UInt8> = [0, UInt8(ascii: " ")]
    let digits = field.drop { padding.contains($0) }.prefix { !padding.contains($0) }
    guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else {
      return nil
    }
    return digits.reduce(0) { $0 * 8 + Int($1 - UInt8(ascii: "0")) }
  }
}
