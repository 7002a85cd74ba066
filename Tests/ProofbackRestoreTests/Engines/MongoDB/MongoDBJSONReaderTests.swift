import ProofbackCore
import Testing

@testable import ProofbackRestore

@Suite struct MongoDBJSONReaderTests {
  private func texts(_ reading: DumpReading) -> [String] {
    reading.batches.flatMap { String(decoding: $0.bytes, as: UTF8.self).split(separator: "\n").map(String.init) }
  }

  @Test(arguments: [1, 2, 5, 4096]) func `documents are found by braces outside of texts`(step: Int) throws {
    let lines = "{\"_id\":\"}{\\\"\"}\n{\"b\":{\"c\":[1,{}]}}\n"
    let reading = try DumpReading.json(lines, step: step)
    #expect(texts(reading) == ["{\"_id\":\"}{\\\"\"}", "{\"b\":{\"c\":[1,{}]}}"])
    #expect(reading.codes == [])
    #expect(reading.claims.format == .jsonLines)
    #expect(reading.claims.collections[0].documents == 2)
  }

  @Test(arguments: [1, 3, 4096]) func `an array may be spread over lines`(step: Int) throws {
    let reading = try DumpReading.json("\u{FEFF}[{\n  \"_id\": 1\n},\n{\"b\": 2}]\n", step: step)
    #expect(texts(reading) == ["{   \"_id\": 1 }", "{\"b\": 2}"])
    #expect(reading.codes == [])
    #expect(reading.claims.format == .jsonArray)
  }

  @Test func `an export cut off inside a document says in which line`() throws {
    let reading = try DumpReading.json("{\"a\":1}\n{\"b\":2}\n{\"c\":\"x")
    #expect(reading.messages == ["the export ends inside the document at line 3"])
    #expect(texts(reading).count == 2)
  }

  @Test(arguments: ["[", "[{}", "[{},", "[{}, "]) func `an array cut off anywhere is noticed`(text: String) throws {
    #expect(try DumpReading.json(text).codes == ["dump.truncated"])
  }

  @Test func `lines without a line feed at the end are a warning`() throws {
    #expect(try DumpReading.json("{\"_id\":1}\n{\"b\":2}").codes == ["dump.newline-missing"])
  }

  @Test(arguments: [
    "{}\nconnection reset\n", "{}{\n\u{0}}", "[{} {}]", "[,{}]", "{},{}", "[{}]{}", "[{},]", "{}]", "[[{}]]",
  ])
  func `what is no document is damage, with its line`(text: String) throws {
    #expect(try DumpReading.json(text).codes == ["dump.document-damaged"])
  }

  @Test(arguments: [1, 2, 3, 4096]) func `a field twice at the top of a document is two documents in one`(step: Int)
    throws
  {
    let twice = try DumpReading.json("{\"_id\":1}\n{\"_id\":{\"_id\":1},\"a\":[{\"_id\":1}],\"_id\":3}\n", step: step)
    #expect(
      twice.messages == [
        "line 2 of the export has a document with two _id fields: something is missing between two documents"
      ])
    #expect(
      try DumpReading.json("{\"_id\":1,\"a\\\"\":1, \"b\":2,\"a\\\"\":2}\n", step: step).codes == [
        "dump.document-damaged"
      ])
    let good = "{\"_id\":\"a\",\"a\":\"_id\",\"b\":[\"a\",\"b\",{\"a\":1}],\"c\":{\"a\":1,\"b\":2},\"\":\"\"}\n"
    #expect(try DumpReading.json(good, step: step).codes == [])
  }

  @Test func `documents without any identifier may be something else`() throws {
    #expect(try DumpReading.json("{\"message\":\"_id\"}\n{\"a\":{\"_id\":1}}\n").codes == ["dump.no-identifiers"])
    #expect(try DumpReading.json("{\"a\":1}\n{\"_id\":1}\n").codes == [])
  }

  @Test func `a tool's message among documents is told as that`() throws {
    let reading = try DumpReading.json("{\"_id\":1}\n2024-11-25T21:54:05.123+0000\texported 1 record\n")
    #expect(reading.codes == ["dump.tool-failure"])
  }

  @Test func `nesting without end is damage`() throws {
    #expect(try DumpReading.json(String(repeating: "{\"a\":", count: 5000)).codes == ["dump.document-damaged"])
  }
}

@Suite struct MongoDBRecogniserTests {
  private func format(_ text: String) -> MongoDBFormat? {
    MongoDBRecogniser.format(of: ContentHead(bytes: Array(text.utf8), fileName: "x"))
  }

  @Test func `formats are told by their first bytes`() {
    #expect(MongoDBRecogniser.format(of: ContentHead(bytes: ArchiveMaker.shop(), fileName: "x")) == .archive)
    #expect(format("{\"_id\":1}\n") == .jsonLines)
    #expect(format("\u{FEFF} {\n \"_id\":1}\n") == .jsonLines)
    #expect(format("[{\"_id\":1}]") == .jsonArray)
    #expect(format("[]\n") == .jsonArray)
  }

  @Test(arguments: [
    "", "_id,name\n1,x\n", "{_id: 1}", "[1,2]", "error: connection refused", "-- MariaDB dump", "[mysqld]\nport=1",
  ])
  func `what is none of them is not taken`(text: String) {
    #expect(format(text) == nil)
  }

  @Test func `BSON is told by its first document`() {
    func format(_ bytes: [UInt8]) -> MongoDBFormat? { MongoDBRecogniser.format(of: bytes) }
    let document = BSONMaker().number("_id", 1).text("name", "x").bytes
    #expect(format(document + document) == .documents)
    #expect(format(Array(document.dropLast(3))) == .documents)
    #expect(format(BSONMaker().text("op", "i").bytes) == .documents)
    #expect(format(Array(BSONMaker().text("op", "i").bytes.dropLast())) == nil)
    #expect(format([5, 0, 0, 0, 0]) == nil)
    #expect(format([UInt8](repeating: 0, count: 4096)) == nil)
  }

  @Test func `no length of a first document looks like a layer around it`() {
    let start = Array(BSONMaker().number("_id", 1).text("t", String(repeating: "x", count: 300)).bytes.dropFirst(4))
    for length in 0..<140_000 {
      #expect(DecoderCatalogue.decoder(for: BSONMaker.number(length) + start) == nil, "\(length)")
    }
  }

  @Test func `messages are told by their times, or by the archive behind them`() {
    let message = Array("2024-11-25T21:54:05.123+0000\twriting shop.orders to archive on stdout\n".utf8)
    #expect(MongoDBRecogniser.format(of: message) == .messages)
    #expect(!MongoDBRecogniser.isCertain(.messages, message))
    for behind in [ArchiveMaker.shop(), Array("{\"_id\":1}\n".utf8), BSONMaker().number("_id", 1).bytes] {
      #expect(MongoDBRecogniser.format(of: message + behind) == .messages)
      #expect(MongoDBRecogniser.isCertain(.messages, message + behind))
    }
    #expect(MongoDBRecogniser.format(of: Array("Warning: something\n".utf8) + ArchiveMaker.shop()) == .messages)
    #expect(MongoDBRecogniser.format(of: Array("SELECT 'm\u{2641}';\n".utf8)) == nil)
    #expect(MongoDBRecogniser.format(of: Array("2024-11-25 21:54:05 backup started\n".utf8)) == nil)
  }

  @Test func `folders are told by the names of their files`() {
    func folder(_ names: String...) -> MongoDBFormat? {
      MongoDBRecogniser.format(of: ContentHead(bytes: [], memberNames: names, fileName: "x"))
    }
    #expect(folder("dump/shop/orders.bson.gz") == .folder)
    #expect(folder("prelude.json", "shop/orders.metadata.json") == .folder)
    #expect(folder("dump/prelude.json.gz") == .folder)
    #expect(folder("base/PG_VERSION", "notes.txt") == nil)
    let documents = ContentHead(bytes: BSONMaker().number("_id", 1).bytes, memberNames: ["a.bak"], fileName: "x")
    #expect(MongoDBRecogniser.format(of: documents) == .documents)
    #expect(!MongoDBRecogniser.isCertain(.documents, documents))
  }
}
