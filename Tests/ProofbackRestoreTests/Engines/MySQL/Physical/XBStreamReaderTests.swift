import ProofbackCore
import Testing

@testable import ProofbackRestore

@Suite struct XBStreamReaderTests {
  struct Seen {
    var files: [String: [UInt8]] = [:]
    var code: String?
  }

  private func read(_ bytes: [UInt8], step: Int = 1 << 16) throws -> Seen {
    var seen = Seen()
    let reader = XBStreamReader(BytesReader(bytes, step: step))
    try reader.run { name, offset, region in
      let piece = try region.bytes(upTo: 1 << 20)
      var file = seen.files[name] ?? []
      file += [UInt8](repeating: 0, count: Int(offset) - file.count) + piece
      seen.files[name] = file
    }
    seen.code = reader.finding?.code.rawValue
    return seen
  }

  private func code(_ make: (inout XBStreamMaker) -> Void) throws -> String? {
    var stream = XBStreamMaker()
    make(&stream)
    return try read(stream.bytes).code
  }

  /// Two files whose chunks lie between each other's, and one without bytes.
  private var plain: XBStreamMaker {
    var stream = XBStreamMaker()
    stream.chunk("a/x.ibd", [1, 2, 3])
    stream.chunk("./ibdata1", [UInt8](repeating: 9, count: 1000))
    stream.chunk("a/x.ibd", [4, 5], at: 3)
    stream.end("ibdata1")
    stream.end("a/x.ibd")
    stream.end("a/empty.MYD")
    return stream
  }

  @Test(arguments: [1, 7, 65536]) func `chunks go to their files, however the bytes arrive`(step: Int) throws {
    let seen = try read(plain.bytes, step: step)
    #expect(seen.code == nil)
    #expect(seen.files["a/x.ibd"] == [1, 2, 3, 4, 5])
    #expect(seen.files["ibdata1"]?.count == 1000)
    #expect(seen.files["a/empty.MYD"] == [])
  }

  @Test func `a stream cut off anywhere is noticed, but between files`() throws {
    var whole = plain
    let files = whole.bytes.count
    whole.chunk("last", [7])
    whole.end("last")
    for length in 1..<whole.bytes.count where length != files {
      let code = try read(Array(whole.bytes[..<length])).code
      // Behind the end of all files begun there is nothing that could be missed.
      if code == nil {
        #expect(length > files - 40 && length < files)
      } else {
        #expect(code == "mysql.stream-truncated")
      }
    }
  }

  @Test func `each changed byte is noticed`() throws {
    let whole = plain.bytes
    let first = 8 + 2 + 4 + 7 + 20
    for at in first..<(first + 3) {
      var bytes = whole
      bytes[at] ^= 0x10
      #expect(try read(bytes).code == "mysql.stream-damaged", "byte \(at)")
    }
  }

  @Test(arguments: ["../x", "/etc/passwd", "a/../../x", "a\0b", ".", "./"])
  func `names that lead out are refused`(_ name: String) throws {
    var stream = XBStreamMaker()
    stream.chunk(name, [1])
    let seen = try read(stream.bytes)
    #expect(seen.code == "mysql.hostile-name")
    #expect(seen.files.isEmpty)
  }

  @Test func `lengths and offsets that nothing has end the stream`() throws {
    #expect(try code { $0.chunk("a", [1], length: 1 << 63) } == "mysql.stream-damaged")
    #expect(try code { $0.chunk("a", [1], length: .max) } == "mysql.stream-damaged")
    #expect(try code { $0.chunk("a", [1], length: 1 << 40) } == "mysql.stream-truncated")
    #expect(try code { $0.chunk("a", [1], at: 1 << 63) } == "mysql.stream-damaged")
    #expect(try code { $0.head("a", "P", 0, nameLength: 1 << 31) } == "mysql.stream-damaged")
    #expect(try code { $0.head("", "P", 0) } == "mysql.stream-damaged")
  }

  @Test func `chunks out of order, twice or behind the end of their file are noticed`() throws {
    #expect(
      try code {
        $0.chunk("a", [1, 2])
        $0.chunk("a", [3], at: 5)
      } == "mysql.stream-damaged")
    #expect(try code { $0.chunk("a", [1], at: 1) } == "mysql.stream-damaged")
    #expect(
      try code {
        $0.chunk("a", [1])
        $0.end("a")
        $0.chunk("a", [2], at: 1)
      } == "mysql.stream-damaged")
    #expect(
      try code {
        $0.end("a")
        $0.end("a")
      } == "mysql.stream-damaged")
  }

  @Test func `a wrong checksum, zeros and other bytes are noticed`() throws {
    #expect(try code { $0.chunk("a", [1], checksum: 7) } == "mysql.stream-damaged")
    #expect(try read(plain.bytes + [UInt8](repeating: 0, count: 512)).code == "mysql.stream-damaged")
    #expect(try read(plain.bytes + Array("mariabackup: error".utf8)).code == "mysql.stream-damaged")
  }

  @Test func `holes of a sparse chunk become zeros, and must make sense`() throws {
    var stream = XBStreamMaker()
    stream.chunk("a", [1, 2, 3], type: "S", map: [(4, 2), (3, 1)])
    stream.end("a")
    let seen = try read(stream.bytes)
    #expect(seen.code == nil)
    #expect(seen.files["a"] == [0, 0, 0, 0, 1, 2, 0, 0, 0, 3])
    #expect(try code { $0.chunk("a", [1, 2], type: "S", map: [(0, 9)]) } == "mysql.stream-damaged")
  }

  @Test func `kinds of chunks that nobody knows can't be told, unless they may be ignored`() throws {
    #expect(try code { $0.chunk("a", [1], type: "R") } == "content.unsupported")
    #expect(try code { $0.head("a", "\0", 1) } == nil)
  }

  @Test func `the checksum is that of zlib`() {
    let sum = XBStreamReader.Checksum()
    sum.add(Array("123456789".utf8))
    #expect(sum.value == 0xCBF4_3926)
    let parts = XBStreamReader.Checksum()
    for byte in "123456789".utf8 { parts.add([byte]) }
    #expect(parts.value == 0xCBF4_3926)
  }
}
