import ProofbackCore
import Testing

@testable import ProofbackRestore

@Suite struct MongoDBArchiveReaderTests {
  private let orders = MongoDBNamespace("shop", "orders")
  private let stock = MongoDBNamespace("shop", "stock")

  @Test(arguments: [1, 7, 4096, 1 << 20]) func `an archive's claims are written down, however the bytes arrive`(
    step: Int
  ) throws {
    let reading = try DumpReading.archive(ArchiveMaker.shop(), step: step)
    #expect(reading.codes == [])
    #expect(reading.claims.serverVersion == "7.0.5")
    #expect(reading.claims.toolVersion == "100.9.4")
    #expect(reading.documents == [orders: 25, stock: 1])
    let claim = try #require(reading.claims[orders])
    #expect(claim.documents == 25)
    #expect(claim.bytes == UInt64(ArchiveMaker.orders(25).reduce(0) { $0 + $1.count }))
    #expect(claim.indexes == ["_id_", "customer_1"])
    #expect(claim.state == .complete)
    #expect(claim.checksumVerified == true)
    #expect(reading.claims[MongoDBNamespace("shop", "recent")]?.kind == .view)
  }

  @Test func `an archive cut off anywhere is noticed, and never a document more is claimed than came`() throws {
    let whole = ArchiveMaker.shop()
    for length in 0..<whole.count {
      let reading = try DumpReading.archive(Array(whole[..<length]))
      #expect(!reading.codes.isEmpty, "cut at \(length)")
      #expect(reading.claims[orders]?.documents ?? 0 == UInt64(reading.documents[orders] ?? 0))
    }
    #expect(
      try DumpReading.archive(Array(whole.dropLast(600))).messages == ["the archive ends inside collection shop.orders"]
    )
  }

  @Test func `a wrong checksum is found`() throws {
    let documents = ArchiveMaker.orders(3)
    var archive = ArchiveMaker()
    archive.begin([("shop", "orders", ArchiveMaker.metadata("orders"), "collection")])
    archive.block("shop", "orders", documents)
    archive.end("shop", "orders", documents, spoil: true)
    #expect(try DumpReading.archive(archive.bytes).codes == ["archive.checksum"])
  }

  @Test func `any flipped bit behind the list of collections is found`() throws {
    let documents = ArchiveMaker.orders(4)
    var archive = ArchiveMaker()
    archive.begin([("shop", "orders", ArchiveMaker.metadata("orders"), "collection")])
    let first = archive.bytes.count
    archive.block("shop", "orders", documents)
    archive.end("shop", "orders", documents)
    let right = try DumpReading.archive(archive.bytes).claims
    for at in first..<archive.bytes.count {
      var bytes = archive.bytes
      bytes[at] ^= 0x10
      // The first block's header may change where nobody reads it: its CRC field counts only at the end.
      let reading = try DumpReading.archive(bytes)
      #expect(!reading.codes.isEmpty || reading.claims == right, "flipped at \(at)")
    }
  }

  @Test func `a collection that is described and never comes is missed`() throws {
    var archive = ArchiveMaker()
    archive.begin([("shop", "orders", ArchiveMaker.metadata("orders"), "collection")])
    #expect(try DumpReading.archive(archive.bytes).messages == ["the archive ends before collection shop.orders"])
  }

  @Test func `a view that was dumped as a collection must come to its end`() throws {
    let documents = ArchiveMaker.orders(3)
    var archive = ArchiveMaker()
    archive.begin([("shop", "recent", ArchiveMaker.metadata("recent", type: "view"), "view")])
    archive.block("shop", "recent", documents)
    #expect(try DumpReading.archive(archive.bytes).codes == ["dump.truncated"])
    archive.end("shop", "recent", documents)
    #expect(try DumpReading.archive(archive.bytes).codes == [])
  }

  @Test func `a collection that was dropped meanwhile is named only, and has no documents`() throws {
    var archive = ArchiveMaker()
    archive.begin([
      ("shop", "tmp", "", "collection"), ("shop", "orders", ArchiveMaker.metadata("orders"), "collection"),
    ])
    archive.end("shop", "orders", [])
    archive.end("shop", "tmp", [])
    #expect(try DumpReading.archive(archive.bytes).codes == ["dump.collection-dropped"])
    archive.block("shop", "tmp", ArchiveMaker.orders(1))
    #expect(try DumpReading.archive(archive.bytes).codes.contains("archive.damaged"))
  }

  @Test func `a collection that goes on after its end is damage`() throws {
    let documents = ArchiveMaker.orders(2)
    var archive = ArchiveMaker()
    archive.begin([("shop", "orders", ArchiveMaker.metadata("orders"), "collection")])
    archive.block("shop", "orders", documents)
    archive.end("shop", "orders", documents)
    archive.block("shop", "orders", documents)
    #expect(try DumpReading.archive(archive.bytes).codes == ["archive.damaged"])
  }

  @Test(arguments: [-2, 0, 4, 17 << 20, Int(Int32.max), Int(Int32.min)])
  func `impossible lengths are damage, not memory`(length: Int) throws {
    var archive = ArchiveMaker()
    archive.begin([("shop", "orders", ArchiveMaker.metadata("orders"), "collection")])
    archive.block("shop", "orders", [])
    archive.bytes.removeLast(4)
    archive.bytes += BSONMaker.number(length) + [1, 2, 3]
    #expect(try DumpReading.archive(archive.bytes).codes == ["dump.document-damaged"])
  }

  @Test func `a truth value that is neither is damage, as it is for the server`() {
    let document = BSONMaker().number("_id", 1).field(0x08, "a", [5]).bytes
    #expect(document.withUnsafeBytes { BSONDocument.fault(in: $0) } == .truth)
  }

  @Test func `a view has no documents`() throws {
    var archive = ArchiveMaker()
    let options = #"{"viewOn":"orders","pipeline":[]}"#
    archive.begin([("shop", "v", ArchiveMaker.metadata("v", options: options, type: "view"), "view")])
    archive.block("shop", "v", ArchiveMaker.orders(1))
    #expect(try DumpReading.archive(archive.bytes).codes == ["archive.damaged"])
  }

  @Test func `nesting beyond what a server takes is damage, and costs no stack`() throws {
    var document = BSONMaker().bytes
    for _ in 0..<3000 { document = BSONMaker.number(document.count + 8) + [3, 0x61, 0] + document + [0] }
    #expect(document.withUnsafeBytes { BSONDocument.fault(in: $0) } == .depth)
  }

  @Test func `the oplog and the server's own collections are bookkeeping`() {
    #expect(MongoDBNamespace("", "oplog").isBookkeeping)
    #expect(MongoDBNamespace("admin", "system.users").isBookkeeping)
    #expect(MongoDBNamespace("shop", "$admin.system.roles").isBookkeeping)
    #expect(!MongoDBNamespace("shop", "system.js").isBookkeeping)
    #expect(!MongoDBNamespace("admin", "mine").isBookkeeping)
  }

  @Test func `random damage never crashes`() throws {
    var generator = SeededGenerator(seed: 7)
    let whole = ArchiveMaker.shop()
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      _ = try DumpReading.archive(bytes)
    }
  }
}
