/// An element of an S3 answer: name without its prefix, text of its own, elements in it.
struct PlainXML: Sendable, Equatable {
  var name: String
  var text: [UInt8] = []
  var children: [PlainXML] = []

  /// What is no XML of the kind that S3 answers with.
  struct Malformed: Error {}

  subscript(_ name: String) -> [UInt8]? { children.first { $0.name == name }?.text }

  func string(_ name: String) -> String? { self[name].map { String(decoding: $0, as: UTF8.self) } }

  /// Reads a whole document. Ours rather than libxml2, since the other side may be anybody's: there are no document types
  /// and no entities but XML's own five, nothing is loaded, and depth and number of elements are bounded.
  /// - Throws: `Malformed`.
  static func read(_ bytes: [UInt8]) throws(Malformed) -> PlainXML {
    var reader = PlainXMLReader(bytes)
    return try reader.document()
  }
}

private struct PlainXMLReader {
  private static let deepest = 12
  /// A page of a listing has a thousand keys with a dozen elements each.
  private static let most = 50_000

  private let bytes: [UInt8]
  private var at = 0
  private var open: [PlainXML] = []
  private var count = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(PlainXML.Malformed) -> PlainXML {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "<") {
        if let root = try markup() { return root }
      } else {
        try characters()
      }
    }
    throw PlainXML.Malformed()
  }

  /// - Returns: the root, when its end was read; what comes after it is nobody's.
  private mutating func markup() throws(PlainXML.Malformed) -> PlainXML? {
    if skips("<?") {
      try skip(to: "?>")
    } else if skips("<!--") {
      try skip(to: "-->")
    } else if skips("<![CDATA[") {
      guard !open.isEmpty else { throw PlainXML.Malformed() }
      let start = at
      try skip(to: "]]>")
      open[open.count - 1].text += bytes[start..<(at - 3)]
    } else if skips("</") {
      return try closing()
    } else if skips("<") {
      return try opening()
    }
    return nil
  }

  private mutating func opening() throws(PlainXML.Malformed) -> PlainXML? {
    let element = PlainXML(name: try name())
    count += 1
    guard open.count < Self.deepest, count <= Self.most else { throw PlainXML.Malformed() }
    var isEmpty = false
    while true {
      guard at < bytes.count else { throw PlainXML.Malformed() }
      let byte = bytes[at]
      at += 1
      if byte == UInt8(ascii: ">") { break }
      isEmpty = byte == UInt8(ascii: "/")
      // Attributes say nothing that we need; a > in one is no end.
      if byte == UInt8(ascii: "\"") { try skip(to: "\"") }
      if byte == UInt8(ascii: "'") { try skip(to: "'") }
    }
    open.append(element)
    return isEmpty ? close() : nil
  }

  private mutating func closing() throws(PlainXML.Malformed) -> PlainXML? {
    let name = try name()
    guard open.last?.name == name else { throw PlainXML.Malformed() }
    while at < bytes.count, bytes[at] != UInt8(ascii: ">") { at += 1 }
    at += 1
    return close()
  }

  private mutating func close() -> PlainXML? {
    let element = open.removeLast()
    guard !open.isEmpty else { return element }
    open[open.count - 1].children.append(element)
    return nil
  }

  private mutating func name() throws(PlainXML.Malformed) -> String {
    let start = at
    while at < bytes.count, Self.isName(bytes[at]) { at += 1 }
    guard at > start, at - start <= 100 else { throw PlainXML.Malformed() }
    let whole = String(decoding: bytes[start..<at], as: UTF8.self)
    return whole.split(separator: ":").last.map(String.init) ?? whole
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  private mutating func characters() throws(PlainXML.Malformed) {
    var text: [UInt8] = []
    while at < bytes.count, bytes[at] != UInt8(ascii: "<") {
      if bytes[at] == UInt8(ascii: "&") {
        text += try reference()
      } else {
        text.append(bytes[at])
        at += 1
      }
    }
    if open.isEmpty {
      guard text.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { throw PlainXML.Malformed() }
    } else {
      open[open.count - 1].text += text
    }
  }

  private mutating func reference() throws(PlainXML.Malformed) -> [UInt8] {
    guard let end = bytes[at...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else { throw PlainXML.Malformed() }
    let name = String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
    at = end + 1
    if let plain = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"][name] { return Array(plain.utf8) }
    let number =
      name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
    guard let scalar = number.flatMap(Unicode.Scalar.init) else { throw PlainXML.Malformed() }
    return Array(String(scalar).utf8)
  }

  private mutating func skips(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - at >= count, (0..<count).allSatisfy({ bytes[at + $0] == text.utf8Start[$0] }) else {
      return false
    }
    at += count
    return true
  }

  private mutating func skip(to text: StaticString) throws(PlainXML.Malformed) {
    while at < bytes.count {
      if skips(text) { return }
      at += 1
    }
    throw PlainXML.Malformed()
  }
}
