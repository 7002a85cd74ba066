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
}
