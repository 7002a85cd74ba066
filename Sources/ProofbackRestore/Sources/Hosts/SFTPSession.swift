import Glibc
import ProofbackSystem
import SystemPackage

/// One conversation with an SFTP server over a pair of pipes. Every call blocks; for one thread.
///
/// Ours rather than `sftp -b`: names arrive as bytes and times in seconds instead of as text for people, answers have
/// codes, nothing is quoted for anybody, and the bytes of a file can go into a pipe.
final class SFTPSession {
  private let toServer: FileDescriptor
  private let fromServer: FileDescriptor
  /// Seconds without a byte after which an answer is given up.
  var patience: Double
  /// Seconds of silence that make an end a stall: ssh itself hangs up then, and says so at no level that we let it speak at.
  private let silenceOfStall: Double
  /// Bytes to ask for in one read: what every server gives, or more where the server says so.
  private(set) var readSize: UInt32 = 32768
  private(set) var numberOfLastRequest: UInt32 = 0
  /// The last answer's body; used again for each, so that reading a file allocates nothing.
  private var body = [UInt8](repeating: 0, count: 1 << 16)

  /// OpenSSH's is 256 kB and a little; a shell that greets us looks like a far longer one.
  private static let longestPacket = 1 << 20

  /// Greets the server.
  init(toServer: FileDescriptor, fromServer: FileDescriptor, patience: Double, silenceOfStall: Double) throws {
    self.toServer = toServer
    self.fromServer = fromServer
    self.patience = patience
    self.silenceOfStall = silenceOfStall
    // Of version 3; the greeting has the version where requests have their number.
    try send(SFTPRequest(.initialise, 3))
    var answer = try receive()
    guard answer.kind == SFTPKind.version.rawValue, try answer.number() >= 3 else { throw SFTPError.malformed }
    var offersLimits = false
    while let name = try? answer.text(), let value = try? answer.text() {
      if name == Array("limits@openssh.com".utf8), value == [0x31] { offersLimits = true }
    }
    if offersLimits { try askLimits() }
  }

  /// Larger reads are fewer packets; PROTOCOL of OpenSSH, section 4.8.
  private func askLimits() throws {
    var request = newRequest(.extended)
    request.add("limits@openssh.com".utf8)
    var answer = try ask(request, for: .extendedReply)
    _ = try answer.longNumber()
    let largest = try answer.longNumber()
    if largest >= 32768 { readSize = UInt32(min(largest, 261_120)) }
  }

  /// Of the file that `path` leads to, through links.
  func attributes(of path: RawPath) throws -> SFTPAttributes {
    var request = newRequest(.statusOfPath)
    request.add(path.bytes)
    var answer = try ask(request, for: .attributes)
    return try answer.attributes()
  }

  func attributes(ofOpen handle: [UInt8]) throws -> SFTPAttributes {
    var request = newRequest(.statusOfOpen)
    request.add(handle)
    var answer = try ask(request, for: .attributes)
    return try answer.attributes()
  }

  /// The handle of a file opened for reading.
  func open(_ path: RawPath) throws -> [UInt8] {
    var request = newRequest(.open)
    request.add(path.bytes)
    request.add(UInt32(1))
    request.add(UInt32(0))
    var answer = try ask(request, for: .handle)
    return try answer.text()
  }

  /// Calls `visit` with each name of a folder but `.` and `..`. Links are told of as links.
  func list(_ folder: RawPath, visit: ([UInt8], SFTPAttributes) throws -> Void) throws {
    var request = newRequest(.openFolder)
    request.add(folder.bytes)
    var opened = try ask(request, for: .handle)
    let handle = try opened.text()
    while var answer = try more(of: handle) {
      for _ in 0..<(try answer.number()) {
        let name = try answer.text()
        _ = try answer.text()
        let attributes = try answer.attributes()
        // A name with a / would lead out of the folder.
        if name != [0x2E], name != [0x2E, 0x2E], !name.isEmpty, !name.contains(0x2F), !name.contains(0) {
          try visit(name, attributes)
        }
      }
    }
    var closing = newRequest(.close)
    closing.add(handle)
    _ = try? ask(closing, for: .status)
  }

  private func more(of handle: [UInt8]) throws -> SFTPAnswer? {
    var request = newRequest(.readFolder)
    request.add(handle)
    do {
      return try ask(request, for: .names)
    } catch SFTPError.refused(code: SFTPError.endOfFile) {
      return nil
    }
  }
}

// MARK: - Packets

extension SFTPSession {
  func newRequest(_ kind: SFTPKind) -> SFTPRequest {
    numberOfLastRequest &+= 1
    return SFTPRequest(kind, numberOfLastRequest)
  }

  func send(_ request: SFTPRequest) throws {
    do {
      try request.packet.withUnsafeBytes { try toServer.writeFully($0) }
    } catch {
      throw SFTPError.ended
    }
  }

  /// Asks, and waits for the answer, when no other request is under way.
  private func ask(_ request: SFTPRequest, for wanted: SFTPKind) throws -> SFTPAnswer {
    let number = numberOfLastRequest
    try send(request)
    var answer = try receive()
    guard try answer.number() == number else { throw SFTPError.malformed }
    if answer.kind == wanted.rawValue { return answer }
    guard answer.kind == SFTPKind.status.rawValue else { throw SFTPError.malformed }
    throw SFTPError.refused(code: try answer.number())
  }

  private func receive() throws -> SFTPAnswer {
    let (kind, count) = try receiveBody()
    return SFTPAnswer(kind: kind, body[..<count])
  }

  /// The next answer, whatever it is: its kind and its body, which is valid until the next call.
  func receive<Result>(_ use: (UInt8, UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    let (kind, count) = try receiveBody()
    return try body.withUnsafeBytes { try use(kind, UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }

  private func receiveBody() throws -> (kind: UInt8, count: Int) {
    var head = (UInt32(0), UInt8(0))
    try withUnsafeMutableBytes(of: &head) { try fill(UnsafeMutableRawBufferPointer(rebasing: $0[..<5])) }
    let length = Int(UInt32(bigEndian: head.0))
    guard length >= 1, length <= Self.longestPacket else { throw SFTPError.malformed }
    if length > body.count { body = [UInt8](repeating: 0, count: length) }
    try body.withUnsafeMutableBytes { try fill(UnsafeMutableRawBufferPointer(rebasing: $0[..<(length - 1)])) }
    return (head.1, length - 1)
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < buffer.count {
      let start = ContinuousClock.now
      try waitForBytes()
      let count = (try? fromServer.readSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))) ?? 0
      guard count > 0 else {
        throw start.duration(to: .now) >= .seconds(silenceOfStall) ? SFTPError.silent : SFTPError.ended
      }
      filled += count
    }
  }

  private func waitForBytes() throws {
    var entry = pollfd(fd: fromServer.rawValue, events: Int16(POLLIN), revents: 0)
    let milliseconds = Int32(min(patience * 1000, 86_400_000))
    while true {
      let ready = poll(&entry, 1, milliseconds)
      if ready > 0 { return }
      if ready == 0 { throw SFTPError.silent }
      if errno != EINTR { throw SFTPError.ended }
    }
  }
}
