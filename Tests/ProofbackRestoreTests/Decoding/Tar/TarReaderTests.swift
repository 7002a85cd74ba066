import ProofbackCore
import Testing

@testable import ProofbackRestore

@Suite struct TarReaderTests {
  struct Seen: Equatable {
    var names: [String] = []
    var contents: [[UInt8]] = []
    var code: String?
    var warnings: [String] = []
  }

  private func read(_ bytes: [UInt8], step: Int = 1 << 16) throws -> Seen {
    let reader = TarReader(BytesReader(bytes, step: step))
    var seen = Seen()
    while let member = try reader.next() {
      seen.names.append(member.name)
      seen.contents.append(try member.bytes(upTo: 1 << 20))
    }
    seen.code = reader.finding?.code.rawValue
    seen.warnings = reader.findings.filter { $0.consequence == .warning }.map(\.message)
    return seen
  }

  private var plain: TarMaker {
    var tar = TarMaker()
    tar.add("./", flag: "5")
    tar.add("./dump/a.bson", [UInt8](repeating: 7, count: 700))
    tar.add("b.bson")
    return tar
  }

  @Test(arguments: [1, 3, 511, 512, 513, 65536]) func `files come in their order, however the bytes arrive`(step: Int)
    throws
  {
    let seen = try read(plain.ended(), step: step)
    #expect(
      seen == Seen(names: ["dump/a.bson", "b.bson"], contents: [[UInt8](repeating: 7, count: 700), []], code: nil))
  }

  @Test func `what is left unread of a file is passed over`() throws {
    let reader = TarReader(BytesReader(plain.ended()))
    _ = try reader.next()
    #expect(try reader.next()?.name == "b.bson")
    #expect(try reader.next() == nil)
    #expect(reader.finding == nil)
  }

  @Test func `a tar cut off anywhere before its end mark is noticed`() throws {
    let whole = plain.ended()
    for length in stride(from: 0, to: whole.count - 1024, by: 37) {
      #expect(try read(Array(whole[..<length])).code == "tar.truncated", "cut at \(length)")
    }
    #expect(try read(Array(whole[..<(whole.count - 1024)])).code == "tar.truncated")
    #expect(try read(Array(whole[..<(whole.count - 512)])).code == nil, "a lone block of zeros is an end mark")
  }

  @Test func `a changed header does not match its checksum`() throws {
    var bytes = plain.ended()
    bytes[512 + 3] ^= 1
    #expect(try read(bytes).code == "tar.damaged")
  }

  @Test(arguments: ["/etc/passwd", "../up.bson", "a/../../b", "x/.."]) func `names that lead out are refused`(
    name: String
  ) throws {
    var tar = TarMaker()
    tar.add(name, [1])
    #expect(try read(tar.ended()) == Seen(code: "tar.hostile-name"))
  }

  @Test(arguments: ["3", "4", "6"] as [Character]) func `devices and pipes are refused`(flag: Character) throws {
    var tar = TarMaker()
    tar.add("x", flag: flag)
    #expect(try read(tar.ended()) == Seen(code: "tar.hostile-member"))
  }

  @Test(arguments: ["/etc/passwd", "../../up", "a/../../../x", ""]) func `links that lead out are refused`(
    target: String
  ) throws {
    for flag in ["1", "2"] as [Character] {
      var tar = TarMaker()
      tar.add("d/x", flag: flag, target: target)
      #expect(try read(tar.ended()).code == "tar.hostile-member")
    }
  }

  @Test func `links to the tar's own files are passed over, and said`() throws {
    var tar = TarMaker()
    tar.add("d/a.sql", [1])
    tar.add("d/latest.sql", flag: "2", target: "a.sql")
    tar.add("d/up.sql", flag: "2", target: "../d/a.sql")
    tar.add("d/same.sql", flag: "1", target: "d/a.sql")
    tar.add("d/b.sql", [2])
    let seen = try read(tar.ended())
    #expect(seen.names == ["d/a.sql", "d/b.sql"])
    #expect(seen.code == nil)
    #expect(seen.warnings == ["d/latest.sql and 2 more in the tar are links and were passed over"])
  }

  @Test func `sparse files are not read, which is no fault of the backup`() throws {
    var tar = TarMaker()
    tar.add("x", flag: "S")
    #expect(try read(tar.ended()) == Seen(code: "tar.unsupported"))
  }

  @Test func `long names come from GNU records, pax records and the prefix`() throws {
    let long = String(repeating: "n", count: 150)
    var tar = TarMaker()
    tar.add("././@LongLink", Array((long + "\0").utf8), flag: "L")
    tar.add("short", [1])
    let record = " path=\(long)/é\n"
    tar.add("PaxHeaders/x", Array("\(record.utf8.count + 3)\(record)".utf8), flag: "x")
    tar.add("short", [2])
    tar.add("c.bson", [3], prefix: "folder")
    tar.add("plain", [4])
    #expect(try read(tar.ended()).names == [long, long + "/é", "folder/c.bson", "plain"])
  }

  @Test func `sizes may be written in base 256, and huge ones end as cut off`() throws {
    var tar = TarMaker()
    tar.add("x", [9, 9], sizeField: [0x80] + [UInt8](repeating: 0, count: 10) + [2])
    #expect(try read(tar.ended()).contents == [[9, 9]])
    var huge = TarMaker()
    huge.add("x", [9], sizeField: [0x80, 0, 0, 0, 0x7F] + [UInt8](repeating: 0xFF, count: 7))
    #expect(try read(huge.ended()).code == "tar.truncated")
    var negative = TarMaker()
    negative.add("x", [9], sizeField: [UInt8](repeating: 0xFF, count: 12))
    #expect(try read(negative.ended()).code == "tar.damaged")
  }

  @Test(arguments: ["9 path", "0 path=x\n", "99 path=x\n", "x path=x\n", "9999999999999999999 a=b\n"])
  func `malformed attributes are damage`(record: String) throws {
    var tar = TarMaker()
    tar.add("PaxHeaders/x", Array(record.utf8), flag: "x")
    tar.add("x", [1])
    #expect(try read(tar.ended()) == Seen(code: "tar.damaged"))
  }

  @Test func `something behind the end mark is noticed`() throws {
    #expect(try read(plain.ended() + plain.ended()).code == "tar.trailing-bytes")
    #expect(try read(plain.ended() + [UInt8](repeating: 0, count: 10240)).code == nil)
  }

  @Test func `random damage never crashes and never invents files`() throws {
    var generator = SeededGenerator(seed: 42)
    let whole = plain.ended()
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      #expect(try read(bytes).names.count <= 3)
    }
  }
}
