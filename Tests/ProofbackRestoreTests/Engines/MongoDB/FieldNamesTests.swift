import Testing

@testable import ProofbackRestore

/// Collections whose documents stand under each other's name.
@Suite struct FieldNamesTests {
  private let ships = (0..<5).flatMap { BSONMaker().number("_id", $0).text("flag", "red").number("length", $0).bytes }
  private let calls = (0..<5).flatMap { BSONMaker().number("_id", $0).text("berth", "b").long("at", Int64($0)).bytes }

  private func index(_ field: String) -> String {
    #"{"v":{"$numberInt":"2"},"key":{"\#(field)":{"$numberInt":"1"}},"name":"\#(field)_1"}"#
  }

  private func codes(_ files: [(String, [UInt8])], indexes: [(String, String)]) throws -> [String] {
    var tar = TarMaker()
    for (name, documents) in files { tar.add("harbour/\(name).bson", documents) }
    for (name, field) in indexes {
      tar.add("harbour/\(name).metadata.json", Array(ArchiveMaker.metadata(name, indexes: index(field)).utf8))
    }
    return try DumpReading(MongoDBFolderReader(TarReader(BytesReader(tar.ended())), fallbackDatabase: "test")).codes
  }

  @Test func `documents under each other's name are told by the fields of their indexes`() throws {
    let indexes = [("ships", "flag"), ("calls", "at.day")]
    #expect(try codes([("ships", ships), ("calls", calls)], indexes: indexes) == [])
    #expect(try codes([("ships", calls), ("calls", ships)], indexes: indexes) == ["dump.files-exchanged"])
  }

  @Test func `an index on a field that no document has says nothing by itself`() throws {
    #expect(try codes([("ships", ships), ("calls", calls)], indexes: [("ships", "sunk"), ("calls", "pilot")]) == [])
    #expect(try codes([("ships", ships), ("calls", calls)], indexes: [("ships", "at"), ("calls", "pilot")]) == [])
  }
}
