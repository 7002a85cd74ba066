import ProofbackCore

/// A path as the system has it: bytes, which need not be UTF-8 and may hold anything but NUL.
struct RawPath: Sendable, Equatable {
  var bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }
  init(_ text: String) { bytes = Array(text.utf8) }

  /// Reads what `written` wrote.
  init?(written: String) {
    var bytes: [UInt8] = []
    var rest = Array(written.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
          return nil
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    self.bytes = bytes
  }

  /// One harmless line from which the bytes can be had again: `%`, control and invisible characters and what is not
  /// UTF-8 are %-encoded. This is what `SourceObject.path` holds.
  var written: String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return bytes.map { $0 < 0x80 && Self.isPlain(Unicode.Scalar($0)) ? String(Unicode.Scalar($0)) : Self.encoded($0) }
        .joined()
    }
    var result = ""
    for scalar in text.unicodeScalars {
      if Self.isPlain(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += String(scalar).utf8.map(Self.encoded).joined()
      }
    }
    return result
  }

  /// For people; one line, escaped, not to be read back.
  var shown: String { UntrustedText.line(bytes: bytes, limit: 400) }

  /// The last part, for people.
  var shownName: String {
    UntrustedText.line(bytes: bytes.split(separator: UInt8(ascii: "/")).last ?? [], limit: 255)
  }

  /// The folder that it lies in; `/` for the root itself, `.` for a bare name.
  var parent: RawPath {
    let trimmed = bytes.count > 1 && bytes.last == UInt8(ascii: "/") ? bytes.dropLast() : bytes[...]
    guard let slash = trimmed.lastIndex(of: UInt8(ascii: "/")) else { return RawPath(".") }
    return slash == trimmed.startIndex ? RawPath("/") : RawPath(bytes: Array(trimmed[..<slash]))
  }

  func appending(_ name: [UInt8]) -> RawPath {
    RawPath(bytes: bytes + (bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]) + name)
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    scalar != "%" && LocationText.isHarmless(String(scalar))
  }

  private static func encoded(_ byte: UInt8) -> String {
    "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}
