import ProofbackCore
import Testing

@testable import ProofbackRestore

@Suite(.serialized) struct MongoDBEngineTests {
  private func rows(_ run: MongoDBTestRun) -> [String: UInt64?] {
    Dictionary(uniqueKeysWithValues: run.inventory.tables.map { ("\($0.database).\($0.name)", $0.rows) })
  }

  @Test func `a real archive comes back whole`() async throws {
    let run = try await MongoDBTestRun.restore(MongoDBTestRun.fixture("test.archive.outer.gz"))
    #expect(run.bad == [])
    #expect(
      rows(run) == ["test.restaurants": 25359, "test.sessions": 2000, "test.empty_but_real": 0, "test.types": 1])
    let indexes = Dictionary(uniqueKeysWithValues: run.inventory.tables.map { ($0.name, $0.indexes.sorted()) })
    #expect(indexes["restaurants"] == ["borough_1_cuisine_1", "restaurant_id_1"])
    #expect(indexes["sessions"] == ["seen_1"])
    #expect(indexes["empty_but_real"] == ["a_-1"])
    #expect(run.codes.contains("verify.rows"))
  }

  @Test func `every byte that went in comes out`() async throws {
    let archive = try MongoDBTestRun.fixture("test.archive.outer.gz")
    let claims = try DumpReading.archive(archive).claims
    let run = try await MongoDBTestRun.restore(archive)
    for table in run.inventory.tables {
      #expect(table.bytes == claims[MongoDBNamespace(table.database, table.name)]?.bytes, "\(table.name)")
    }
  }

  @Test func `exports come back under the given names`() async throws {
    let array = try await MongoDBTestRun.restore(
      MongoDBTestRun.fixture("sessions-array.json"), fileName: "sessions-array.json")
    #expect(array.bad == [])
    #expect(rows(array) == ["test.sessions-array": 2000])
    let lines = try await MongoDBTestRun.restore(
      MongoDBTestRun.fixture("restaurants.json.gz"), options: ["database": "food", "collection": "places"])
    #expect(lines.bad == [])
    #expect(rows(lines) == ["food.places": 25359])
  }

  @Test func `a folder comes back, its documents before its descriptions too`() async throws {
    let documents = ArchiveMaker.orders(1234).flatMap { $0 }
    let index = #"{"v":2,"key":{"customer":1},"name":"customer_1"}"#
    var tar = TarMaker()
    tar.add("dump/shop/orders.bson", documents)
    tar.add("dump/shop/orders.metadata.json", Array(ArchiveMaker.metadata("orders", indexes: index).utf8))
    let run = try await MongoDBTestRun.restore(folder: tar.ended(), names: ["dump/shop/orders.bson"])
    #expect(run.bad == [])
    #expect(rows(run) == ["shop.orders": 1234])
    #expect(run.inventory.tables.first?.indexes == ["customer_1"])
  }

  @Test func `views are readable, and a sample says that it is one`() async throws {
    let run = try await MongoDBTestRun.restore(ArchiveMaker.shop(orders: 12_000), depth: .sampled)
    #expect(run.bad == [])
    #expect(run.inventory.views == ["shop.recent"])
    #expect(run.codes.contains("verify.sampled"))
    #expect(rows(run)["shop.orders"] == .some(nil))
    // Both ends, and eight ranges between, of which the last may be cut short by the collection's end.
    let sampled = try #require(run.inventory.tables.first { $0.name == "orders" }?.sampledRows)
    #expect(sampled > 2000 + 7 * 200 && sampled <= 2000 + 8 * 200)
    #expect(run.inventory.tables.contains { $0.rows != nil })
  }

  @Test func `a truncated archive fails with the place`() async throws {
    let run = try await MongoDBTestRun.restore(Array(ArchiveMaker.shop().dropLast(500)))
    #expect(run.bad == ["dump.truncated"])
  }

  @Test func `an empty one fails`() async throws {
    var archive = ArchiveMaker()
    archive.begin([])
    #expect(try await MongoDBTestRun.restore(archive.bytes).bad == ["dump.empty"])
    #expect(try await MongoDBTestRun.restore(Array("[]\n".utf8)).bad == ["dump.empty"])
  }

  @Test func `duplicates fail, counted, and quote nothing`() async throws {
    let planted = "planted-value-4711@example.org"
    let documents = (0..<30).map { BSONMaker().text("_id", planted + String($0 % 10)).text("email", planted).bytes }
    let index = #"{"v":2,"key":{"email":1},"name":"email_1","unique":true}"#
    var archive = ArchiveMaker()
    archive.begin([("shop", "users", ArchiveMaker.metadata("users", indexes: index), "collection")])
    archive.block("shop", "users", documents)
    archive.end("shop", "users", documents)
    let run = try await MongoDBTestRun.restore(archive.bytes)
    #expect(run.bad == ["import.duplicate-key"])
    #expect(run.findings.contains { $0.message.hasPrefix("20 of shop.users's documents") })
    #expect(!"\(run.findings)".contains("planted"))
  }

  @Test func `a unique index over duplicates fails, and quotes nothing`() async throws {
    let documents = (0..<3).map { BSONMaker().number("_id", $0).text("email", "planted-value").bytes }
    let index = #"{"v":2,"key":{"email":1},"name":"email_1","unique":true}"#
    var archive = ArchiveMaker()
    archive.begin([("shop", "users", ArchiveMaker.metadata("users", indexes: index), "collection")])
    archive.block("shop", "users", documents)
    archive.end("shop", "users", documents)
    let run = try await MongoDBTestRun.restore(archive.bytes)
    #expect(run.bad == ["import.index-refused"])
    #expect(!"\(run.findings)".contains("planted"))
  }

  @Test func `names that no server holds fail`() async throws {
    for name in ["a\0b", ""] {
      var archive = ArchiveMaker()
      archive.begin([("shop", name, ArchiveMaker.metadata(""), "collection")])
      archive.end("shop", name, [])
      #expect(try await MongoDBTestRun.restore(archive.bytes).bad == ["dump.name-impossible"])
    }
  }

  @Test func `what only MongoDB's own server can do is inconclusive with the stand-in`() async throws {
    let text = #"{"v":2,"key":{"_fts":"text","_ftsx":1},"name":"t_text","weights":{"t":1}}"#
    var archive = ArchiveMaker()
    archive.begin([("shop", "pages", ArchiveMaker.metadata("pages", indexes: text), "collection")])
    archive.end("shop", "pages", [])
    let run = try await MongoDBTestRun.restore(archive.bytes)
    if run.codes.contains("engine.stand-in") { #expect(run.bad.contains("engine.index-not-taken")) }
  }
}
