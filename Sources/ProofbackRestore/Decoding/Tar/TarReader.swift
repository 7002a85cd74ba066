public import ProofbackCore

/// Reads a tar as a stream: nothing is unpacked, the disk is never touched, memory is constant.
///
/// Members come in their order; folders and notes are passed over. What is wrong with the tar ends the members and
/// stands in `findings`, which is to be asked after `next()` returned nil: a backup cut off is a value, no error.
/// Formats: v7, ustar, GNU long names, pax paths and sizes, base-256 sizes.
public final class TarReader: MemberReader, @unchecked Sendable {
  private let source: any ByteReader
  private var member: TarMember?
  private var isOver = false
  /// What is wrong with the tar, once seen.
  public private(set) var finding: Finding?
  public var findings: [Finding] { [finding, links.finding].compactMap(\.self) }
  private var links = TarLinks()
  /// Members given out so far.
  public private(set) var count = 0

  /// A name or a list of attributes longer than this is nobody's.
  private static let longestExtension: UInt64 = 1 << 20
  private static let longestName = 4096

  public init(_ source: any ByteReader) { self.source = source }

  public func next() throws -> (any Member)? {
    try finishMember()
    var extra = TarExtension()
    while !isOver {
      guard let header = try header() else { return nil }
      switch header.kind {
      case .longName, .longLink, .extendedAttributes, .globalAttributes, .note:
        try take(header, into: &extra)
      case .folder:
        guard checked(extra.name ?? header.name) != nil else { return nil }
        extra = TarExtension()
      case .file: return open(header, extra)
      case .hardLink, .symbolicLink:
        passOver(link: header, extra)
        extra = TarExtension()
      case .device, .unsupported: refuse(header)
      }
    }
    return nil
  }

  private func open(_ header: TarHeader, _ extra: TarExtension) -> TarMember? {
    guard !extra.isSparse else {
      end(TarFindings.unsupported, "the tar stores a sparse file, which is not read here")
      return nil
    }
    guard let name = checked(extra.name ?? header.name) else { return nil }
    count += 1
    let opened = TarMember(name: name, size: extra.size ?? header.size, source: source)
    member = opened
    return opened
  }

  /// The next header, or nil at the end, which may be clean or not.
  private func header() throws -> TarHeader? {
    let block = try source.bytes(TarHeader.blockSize)
    guard block.count == TarHeader.blockSize else {
      end(TarFindings.truncated, "the tar ends without its end mark, after \(count) files")
      return nil
    }
    switch TarHeader.read(block) {
    case .header(let header): return header
    case .zero:
      try checkTail()
      return nil
    case .damaged:
      end(TarFindings.damaged, "the header after file \(count) of the tar is damaged")
      return nil
    }
  }

  /// Two blocks of zeros end a tar, and zeros fill the last record. A lone one is accepted, as GNU tar does.
  private func checkTail() throws {
    isOver = true
    while true {
      let tail = try source.bytes(1 << 16)
      if tail.isEmpty { return }
      if tail.contains(where: { $0 != 0 }) {
        return end(TarFindings.trailingBytes, "something follows the end mark of the tar")
      }
    }
  }

  private func take(_ header: TarHeader, into extra: inout TarExtension) throws {
    guard header.size <= Self.longestExtension else {
      return end(TarFindings.damaged, "a name or attribute in the tar claims \(header.size) bytes")
    }
    let bytes = try source.bytes(Int(header.size))
    let padding = try source.bytes(Self.padding(header.size))
    guard bytes.count == Int(header.size), padding.count == Self.padding(header.size) else {
      return end(TarFindings.truncated, "the tar ends inside a long name, after \(count) files")
    }
    switch header.kind {
    case .longName: extra.name = Array(bytes.prefix { $0 != 0 })
    case .longLink: extra.target = Array(bytes.prefix { $0 != 0 })
    case .extendedAttributes:
      guard let attributes = TarExtension.attributes(bytes) else {
        return end(TarFindings.damaged, "the attributes of the file after file \(count) of the tar are damaged")
      }
      extra.name = attributes.name ?? extra.name
      extra.size = attributes.size ?? extra.size
      extra.target = attributes.target ?? extra.target
      extra.isSparse = attributes.isSparse || extra.isSparse
    default: break
    }
  }

  private func finishMember() throws {
    guard let member else { return }
    self.member = nil
    switch try member.finish() {
    case .whole: break
    case .cut(let missing):
      end(
        TarFindings.truncated,
        "the tar ends inside \(UntrustedText.line(member.name)): \(Quantity.text(bytes: missing)) are missing")
    case .unfilled:
      end(TarFindings.truncated, "the tar ends right behind the bytes of \(UntrustedText.line(member.name))")
    }
  }

  static func padding(_ size: UInt64) -> Int { Int((512 - size % 512) % 512) }

  /// The name without leading `./`, or nil after ending the tar with a finding.
  private func checked(_ name: [UInt8]) -> String? {
    let parts = name.split(separator: UInt8(ascii: "/")).filter { $0 != [UInt8(ascii: ".")] }
    let dots = [UInt8(ascii: "."), UInt8(ascii: ".")]
    let isHostile = name.first == UInt8(ascii: "/") || name.contains(0) || parts.contains { $0.elementsEqual(dots) }
    guard !isHostile, !name.isEmpty, name.count <= Self.longestName else {
      end(TarFindings.hostileName, "a file in the tar is named \(UntrustedText.line(bytes: name))")
      return nil
    }
    return String(decoding: Array(parts.joined(separator: [UInt8(ascii: "/")])), as: UTF8.self)
  }

  private func passOver(link header: TarHeader, _ extra: TarExtension) {
    guard let name = checked(extra.name ?? header.name) else { return }
    let target = extra.target ?? header.target
    if TarLinks.staysInside(from: name, to: target, isSymbolic: header.kind == .symbolicLink) {
      return links.note(name)
    }
    end(
      TarFindings.hostileMember,
      "\(UntrustedText.line(name)) in the tar is a link that leads out of it, to \(UntrustedText.line(bytes: target))")
  }

  private func refuse(_ header: TarHeader) {
    let name = UntrustedText.line(bytes: header.name)
    switch header.kind {
    case .device: end(TarFindings.hostileMember, "\(name) in the tar is a device or a pipe")
    default: end(TarFindings.unsupported, "\(name) in the tar is of a kind that is not read here")
    }
  }

  private func end(_ definition: FindingDefinition, _ message: String) {
    isOver = true
    finding = finding ?? definition.finding(message)
  }
}
