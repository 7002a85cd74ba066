import Foundation

@testable import ProofbackRestore

/// Writes BSON documents for tests.
struct BSONMaker {
  private var body: [UInt8] = []

  static func number(_ value: Int) -> [UInt8] {
    withUnsafeBytes(of: Int32(truncatingIfNeeded: value).littleEndian) { Array($0) }
  }

  func text(_ name: String, _ value: String) -> BSONMaker {
    field(0x02, name, Self.number(value.utf8.count + 1) + Array(value.utf8) + [0])
  }
  func number(_ name: String, _ value: Int) -> BSONMaker { field(0x10, name, Self.number(value)) }
  func long(_ name: String, _ value: Int64) -> BSONMaker {
    field(0x12, name, withUnsafeBytes(of: value.littleEndian) { Array($0) })
  }
  func flag(_ name: String, _ value: Bool) -> BSONMaker { field(0x08, name, [value ? 1 : 0]) }
  func document(_ name: String, _ value: [UInt8]) -> BSONMaker { field(0x03, name, value) }
  func field(_ type: UInt8, _ name: String, _ value: [UInt8]) -> BSONMaker {
    var copy = self
    copy.body += [type] + Array(name.utf8) + [0] + value
    return copy
  }
  var bytes: [UInt8] { Self.number(body.count + 5) + body + [0] }
}

/// Writes mongodump archives for tests, with the schema of a shop.
struct ArchiveMaker {
  static let terminator: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
  var bytes: [UInt8] = []

  static func metadata(_ collection: String, indexes: String = "", options: String = "{}", type: String = "collection")
    -> String
  {
    let extra = indexes.isEmpty ? "" : ",\(indexes)"
    return
      #"{"options":\#(options),"indexes":[{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"}\#(extra)],"#
      + #""uuid":"00112233445566778899aabbccddeeff","collectionName":"\#(collection)","type":"\#(type)"}"#
  }

  mutating func begin(_ collections: [(String, String, String, String)], server: String = "7.0.5") {
    bytes += MongoDBArchiveReader.magic
    bytes +=
      BSONMaker().number("concurrent_collections", 4).text("version", "0.1").text("server_version", server)
      .text("tool_version", "100.9.4").bytes
    for (database, collection, metadata, type) in collections {
      bytes +=
        BSONMaker().text("db", database).text("collection", collection).text("metadata", metadata)
        .number("size", 0).text("type", type).bytes
    }
    bytes += Self.terminator
  }

  mutating func block(_ database: String, _ collection: String, _ documents: [[UInt8]]) {
    bytes += BSONMaker().text("db", database).text("collection", collection).flag("EOF", false).long("CRC", 0).bytes
    bytes += documents.flatMap { $0 } + Self.terminator
  }

  mutating func end(_ database: String, _ collection: String, _ documents: [[UInt8]], spoil: Bool = false) {
    var checksum = CRC64()
    for document in documents { document.withUnsafeBytes { checksum.update($0) } }
    let value = Int64(bitPattern: spoil ? checksum.value ^ 1 : checksum.value)
    bytes += BSONMaker().text("db", database).text("collection", collection).flag("EOF", true).long("CRC", value).bytes
    bytes += Self.terminator
  }

  static func orders(_ count: Int, from first: Int = 0) -> [[UInt8]] {
    (first..<(first + count)).map { BSONMaker().number("_id", $0).text("customer", "customer \($0 % 7)").bytes }
  }

  /// Two collections, their blocks interleaved, one of them with an index; a view.
  static func shop(orders count: Int = 25, server: String = "7.0.5") -> [UInt8] {
    let all = orders(count)
    let index = #"{"v":{"$numberInt":"2"},"key":{"customer":{"$numberInt":"1"}},"name":"customer_1"}"#
    let view = #"{"viewOn":"orders","pipeline":[]}"#
    var archive = ArchiveMaker()
    archive.begin(
      [
        ("shop", "orders", metadata("orders", indexes: index), "collection"),
        ("shop", "stock", metadata("stock"), "collection"),
        ("shop", "recent", metadata("recent", options: view, type: "view"), "view"),
      ], server: server)
    archive.block("shop", "orders", Array(all.prefix(10)))
    archive.block("shop", "stock", [all[0]])
    archive.block("shop", "orders", Array(all.dropFirst(10)))
    archive.end("shop", "stock", [all[0]])
    archive.end("shop", "orders", all)
    return archive.bytes
  }
}
