import ProofbackCore
import Testing

@testable import ProofbackRestore

@Suite struct MongoDBFolderReaderTests {
  private let orders = MongoDBNamespace("shop", "orders")
  private let documents = ArchiveMaker.orders(5).flatMap { $0 }
  private let metadata = Array(ArchiveMaker.metadata("orders").utf8)

  private func read(_ tar: TarMaker) throws -> DumpReading { try read(tar.ended()) }

  private func read(_ bytes: [UInt8]) throws -> DumpReading {
    try DumpReading(
      MongoDBFolderReader(TarReader(BytesReader(bytes)), fallbackDatabase: "test"))
  }

  /// Files whose names are longer than a plain tar takes.
  private func read(files: [(name: String, bytes: [UInt8])]) throws -> DumpReading {
    try DumpReading(MongoDBFolderReader(Files(files), fallbackDatabase: "test"))
  }

  private final class Files: MemberReader, @unchecked Sendable {
    private var rest: ArraySlice<(name: String, bytes: [UInt8])>
    init(_ files: [(name: String, bytes: [UInt8])]) { rest = files[...] }
    func next() throws -> (any Member)? {
      rest.popFirst().flatMap { SingleFile(BytesReader($0.bytes), name: $0.name).next() }
    }
  }

  @Test func `a folder's claims are the same in any order of files`() throws {
    let prelude = Array(#"{"ServerVersion":"6.0.1","ToolVersion":"100.9.4"}"#.utf8)
    for names in [
      ["shop/orders.bson", "shop/orders.metadata.json"], ["shop/orders.metadata.json", "shop/orders.bson"],
    ] {
      var tar = TarMaker()
      for name in names { tar.add("dump/" + name, name.hasSuffix("bson") ? documents : metadata) }
      tar.add("dump/prelude.json", prelude)
      let reading = try read(tar)
      #expect(reading.codes == [])
      #expect(reading.documents == [orders: 5])
      #expect(reading.claims.serverVersion == "6.0.1")
      #expect(reading.claims[orders]?.indexes == ["_id_"])
      #expect(reading.claims[orders]?.state == .complete)
    }
  }

  @Test func `escaped names and a folder packed from inside are understood`() throws {
    #expect(MongoDBMemberName("a%2Fb.bson", fallback: "test").role == .documents(MongoDBNamespace("test", "a/b")))
    #expect(
      MongoDBMemberName("x/shop/a.b.metadata.json.gz", fallback: "").role
        == .description(MongoDBNamespace("shop", "a.b")))
    #expect(MongoDBMemberName("shop/100%.bson", fallback: "").role == .documents(MongoDBNamespace("shop", "100%")))
    #expect(MongoDBMemberName("shop/.bson", fallback: "").role == .unknown)
  }

  @Test func `missing halves of a collection are found`() throws {
    var tar = TarMaker()
    tar.add("shop/orders.bson", documents)
    tar.add("shop/stock.metadata.json", Array(ArchiveMaker.metadata("stock").utf8))
    #expect(try read(tar).codes == ["dump.metadata-missing", "dump.documents-missing"])
  }

  @Test func `a .bson cut off inside its folder is found`() throws {
    var tar = TarMaker()
    tar.add("shop/orders.bson", Array(documents.dropLast(3)))
    #expect(try read(tar).messages == ["shop/orders.bson ends inside collection shop.orders"])
  }

  @Test func `a tar cut off inside a .bson, also between two documents, is found`() throws {
    var tar = TarMaker()
    tar.add("shop/orders.bson", documents)
    for length in 512..<(512 + documents.count) {
      #expect(try read(Array(tar.bytes[..<length])).codes.first == "dump.truncated", "cut at \(length)")
    }
  }

  @Test func `the same collection twice is found`() throws {
    var tar = TarMaker()
    tar.add("shop/orders.bson", documents)
    tar.add("shop/orders.metadata.json", metadata)
    tar.add("dump/shop/orders.bson", documents)
    #expect(try read(tar).codes == ["dump.file-twice"])
  }

  @Test func `files of others are a warning`() throws {
    var tar = TarMaker()
    tar.add("shop/orders.bson", documents)
    tar.add("shop/orders.metadata.json", metadata)
    tar.add("shop/notes.txt", [1])
    #expect(try read(tar).codes == ["dump.file-unknown"])
  }

  @Test func `descriptions that are no JSON, and too deep ones, are damage`() throws {
    for text in ["{\"indexes\":", String(repeating: "[", count: 100_000), "", "[]"] {
      var tar = TarMaker()
      tar.add("shop/orders.metadata.json", Array(text.utf8))
      #expect(try read(tar).codes == ["dump.metadata-damaged"], "\(text.prefix(20))")
    }
  }

  @Test func `documents without any description are restored, and their indexes are not known`() throws {
    var tar = TarMaker()
    tar.add("shop/orders.bson", documents)
    tar.add("stock.bson", [])
    let reading = try read(tar)
    #expect(reading.codes == ["dump.indexes-unknown"])
    #expect(reading.documents == [orders: 5])
    tar.add("prelude.json", Array(#"{"ServerVersion":"6.0.1"}"#.utf8))
    #expect(try read(tar).codes == ["dump.metadata-missing", "dump.collection-dropped"])
  }

  @Test func `a collection that was dropped meanwhile has an empty file and no description`() throws {
    var tar = TarMaker()
    tar.add("shop/orders.bson", documents)
    tar.add("shop/orders.metadata.json", metadata)
    tar.add("shop/tmp.agg_out.1.bson", [])
    #expect(try read(tar).codes == ["dump.collection-dropped"])
  }

  @Test func `a view that was dumped as a collection must have its documents`() throws {
    for hasDocuments in [true, false] {
      var tar = TarMaker()
      tar.add("shop/recent.metadata.json", Array(ArchiveMaker.metadata("recent", type: "view").utf8))
      if hasDocuments { tar.add("shop/recent.bson", documents) }
      let reading = try read(tar)
      #expect(reading.codes == (hasDocuments ? [] : ["dump.documents-missing"]))
      #expect(reading.claims[MongoDBNamespace("shop", "recent")]?.kind == .collection)
    }
  }

  @Test func `a shortened file name is its collection's, in any order`() throws {
    let name = String(repeating: "long name ", count: 24)
    let namespace = MongoDBNamespace("shop", name)
    let file =
      "shop/" + String(repeating: "long%20name%20", count: 24).prefix(208) + "%24" + ShortenedNames.hash(of: name)
    let metadata = Array(ArchiveMaker.metadata(name).utf8)
    for isDescribedFirst in [true, false] {
      let files = [(file + ".metadata.json", metadata), (file + ".bson", documents)]
      let reading = try read(files: isDescribedFirst ? files : files.reversed())
      #expect(reading.codes == [])
      #expect(reading.claims[namespace]?.documents == 5)
      #expect(reading.claims.collections.count == 1)
    }
    let other = Array(ArchiveMaker.metadata(name + "x").utf8)
    #expect(try read(files: [(file + ".metadata.json", other)]).codes == ["dump.metadata-damaged"])
  }

  @Test func `a folder's name that no database can have is made one`() {
    #expect(
      MongoDBMemberName("shop.2024-11-25/orders.bson", fallback: "").role
        == .documents(MongoDBNamespace("shop_2024-11-25", "orders")))
  }

  @Test func `a block of zeros in a text is a hole, zeros of the text's own are not`() throws {
    func codes(_ text: [UInt8], _ before: Int) throws -> [String] {
      let first = BSONMaker().number("_id", 1).text("t", String(repeating: "x", count: before)).bytes
      let value = BSONMaker.number(text.count + 1) + text + [0]
      var tar = TarMaker()
      tar.add("shop/orders.bson", first + BSONMaker().number("_id", 2).field(0x02, "t", value).bytes)
      tar.add("shop/orders.metadata.json", metadata)
      return try read(tar).codes
    }
    let letters = [UInt8](repeating: 0x78, count: 700)
    for before in 0..<512 {
      // The text's first byte in its file: two documents' heads, and the first one's text.
      let start = 22 + before + 20
      let toBlock = 512 - start % 512
      let hole = [UInt8](repeating: 0x78, count: toBlock) + [UInt8](repeating: 0, count: 4096) + letters
      #expect(try codes(hole, before) == ["dump.document-damaged"], "\(before)")
      let own = [UInt8](repeating: 0x78, count: toBlock + 3) + [UInt8](repeating: 0, count: 1030) + letters
      #expect(try codes(own, before) == [], "\(before)")
    }
  }

  @Test func `backups beside the folder were not tested, and dead ones are damage`() throws {
    for (name, bytes, code) in [
      ("other.archive", ArchiveMaker.shop(), "content.mixed"), ("shop/orders.bson.bak", documents, "content.mixed"),
      ("other.archive", Array("Failed: no\n".utf8), "dump.file-damaged"), ("other.archive.gz", [], "dump.file-damaged"),
      ("dump.log", Array("2024-11-25T21:54:05.123+0000\tdone dumping\n".utf8), "dump.file-unknown"),
      ("manifest.json", Array("{\"_id\":1}".utf8), "dump.file-unknown"),
    ] {
      var tar = TarMaker()
      tar.add("shop/orders.bson", documents)
      tar.add("shop/orders.metadata.json", metadata)
      tar.add(name, bytes)
      #expect(try read(tar).codes == [code], "\(name)")
    }
  }

  @Test func `a folder behind an archive in a tar is not tested as one`() throws {
    var tar = TarMaker()
    tar.add("all.archive", ArchiveMaker.shop())
    tar.add("log/dump.log", Array("2024-11-25T21:54:05.123+0000\tdone dumping\n{\"ok\":1}\n".utf8))
    tar.add("shop/people.bson", documents)
    tar.add("shop/people.metadata.json", metadata)
    let reader = MongoDBFilesReader(TarReader(BytesReader(tar.ended())), database: "test", collection: nil)
    #expect(try DumpReading(reader).codes == ["dump.file-unknown", "dump.indexes-unknown", "content.mixed"])
  }
}
