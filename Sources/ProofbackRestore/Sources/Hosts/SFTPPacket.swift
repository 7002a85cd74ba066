import Foundation

/// What went wrong in an SFTP conversation.
enum SFTPError: Error, Equatable {
  /// The other side closed the connection, or ssh ended.
  case ended
  /// Nothing came for as long as we, or ssh, were willing to wait.
  case silent
  /// What came is not SFTP.
  case malformed
  /// The server's answer to a request was a status other than success.
  case refused(code: UInt32)

  static let endOfFile: UInt32 = 1
  static let noSuchFile: UInt32 = 2
  static let permissionDenied: UInt32 = 3
}

/// Numbers of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 3), which every server speaks.
enum SFTPKind: UInt8 {
  case initialise = 1
  case version, open, close, read
  case statusOfOpen = 8
  case openFolder = 11
  case readFolder
  case statusOfPath = 17
  case status = 101
  case handle, data, names, attributes
  case extended = 200
  case extendedReply
}

/// A request, as it goes over the wire: 32-bit length, kind, fields.
struct SFTPRequest {
  private(set) var bytes: [UInt8]

  init(_ kind: SFTPKind, _ number: UInt32) {
    bytes = [0, 0, 0, 0, kind.rawValue]
    add(number)
  }

  mutating func add(_ value: UInt32) { withUnsafeBytes(of: value.bigEndian) { bytes += $0 } }
  mutating func add(_ value: UInt64) { withUnsafeBytes(of: value.bigEndian) { bytes += $0 } }
  mutating func add(_ text: some Collection<UInt8>) {
    add(UInt32(text.count))
    bytes += text
  }

  /// The packet with its length filled in.
  var packet: [UInt8] {
    var result = bytes
    withUnsafeBytes(of: UInt32(bytes.count - 4).bigEndian) { result.replaceSubrange(0..<4, with: $0) }
    return result
  }
}

/// Takes fields off an answer's front. Nothing in it is believed: what does not fit throws `SFTPError.malformed`.
struct SFTPAnswer {
  let kind: UInt8
  private var rest: ArraySlice<UInt8>

  init(kind: UInt8, _ body: ArraySlice<UInt8>) {
    self.kind = kind
    rest = body
  }

  mutating func number() throws -> UInt32 { UInt32(truncatingIfNeeded: try integer(4)) }
  mutating func longNumber() throws -> UInt64 { try integer(8) }

  mutating func text() throws -> [UInt8] {
    let count = Int(try number())
    guard count <= rest.count else { throw SFTPError.malformed }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  private mutating func integer(_ count: Int) throws -> UInt64 {
    guard rest.count >= count else { throw SFTPError.malformed }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Section 5 of the draft: each field is there when its flag is.
  mutating func attributes() throws -> SFTPAttributes {
    var result = SFTPAttributes()
    let flags = try number()
    if flags & 1 != 0 { result.size = try longNumber() }
    if flags & 2 != 0 { _ = try longNumber() }
    if flags & 4 != 0 { result.mode = try number() }
    if flags & 8 != 0 {
      _ = try number()
      result.modified = Date(timeIntervalSince1970: Double(try number()))
    }
    if flags & 0x8000_0000 != 0 {
      for _ in 0..<(try number()) {
        _ = try text()
        _ = try text()
      }
    }
    return result
  }
}

/// What a server says of a file; each field only where it says so. Times have whole seconds.
struct SFTPAttributes: Sendable, Equatable {
  var size: UInt64?
  var mode: UInt32?
  var modified: Date?

  /// A server that gives no mode is taken to speak of a file: opening it shows whether it is one.
  var kind: FolderEntry.Kind {
    switch mode.map({ $0 & 0o170000 }) {
    case 0o040000: .folder
    case 0o100000, nil, 0: .file
    default: .other
    }
  }

  var isLink: Bool { mode.map { $0 & 0o170000 == 0o120000 } ?? false }
}
