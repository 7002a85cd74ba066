import ProofbackCore
import Testing

@testable import ProofbackRestore

@Suite struct MongoDBJSONReaderTests {
  private func texts(_ reading: DumpReading) -> [String] {
    reading.batches.flatMap { String(decoding: $0.bytes, as: UTF8.self).split(separator: "\n").map(String.init) }
  }

  @Test(arguments: [1, 2, 5, 4096]) func `documents are found by braces outside of texts`(step: Int) throws {
    let lines = "{\"a\":\"}{\\\"\"}\n{\"b\":{\"c\":[1,{}]}}\n"
    let reading = try DumpReading.json(lines, step: step)
    #expect(texts(reading) == ["{\"a\":\"}{\\\"\"}", "{\"b\":{\"c\":[1,{}]}}"])
    #expect(reading.codes == [])
    #expect(reading.claims.format == .jsonLines)
    #expect(reading.claims.collections[0].documents == 2)
  }

  @Test(arguments: [1, 3, 4096]) func `an array may be spread over lines`(step: Int) throws {
    let reading = try DumpReading.json("\u{FEFF}[{\n  \"a\": 1\n},\n{\"b\": 2}]\n", step: step)
    #expect(texts(reading) == ["{   \"a\": 1 }", "{\"b\": 2}"])
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
    #expect(try DumpReading.json("{\"a\":1}\n{\"b\":2}").codes == ["dump.newline-missing"])
  }

  @Test(arguments: [
    "{}\nconnection reset\n", "{}{\n\u{0}}", "[{} {}]", "[,{}]", "{},{}", "[{}]{}", "[{},]", "{}]", "[[{}]]",
  ])
  func `what is no document is damage, with its line`(text: String) throws {
    #expect(try DumpReading.json(text).codes == ["dump.document-damaged"])
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

  @Test func `folders are told by the names of their files`() {
    func folder(_ names: String...) -> MongoDBFormat? {
      MongoDBRecogniser.format(of: ContentHead(bytes: [], memberNames: names, fileName: "x"))
    }
    #expect(folder("dump/shop/orders.bson.gz") == .folder)
    #expect(folder("prelude.json", "shop/orders.metadata.json") == .folder)
    #expect(folder("prelude.json") == nil)
    #expect(folder("base/PG_VERSION", "notes.txt") == nil)
  }
}
