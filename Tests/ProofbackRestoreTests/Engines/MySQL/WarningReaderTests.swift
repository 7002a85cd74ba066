import Foundation
import ProofbackCore
import SystemPackage
import Testing

@testable import ProofbackRestore

/// Which warnings mean that a value is not stored as the dump has it, and what leaves the sandbox of them.
@Suite struct WarningReaderTests {
  @Test func `warnings about values are counted by code and column, and nothing else comes out`() throws {
    let report = try read(
      """
      id\tname
      Warning (Code 1264): Out of range value for column 'age' at row 1
      Warning (Code 1264): Out of range value for column 'age' at row 2
      Note (Code 1265): Data truncated for column 'price' at row 1
      Warning (Code 1265): Data truncated for column 'name' at row 3
      Warning (Code 1366): Incorrect integer value: 'a secret
      of two lines' for column `d`.`t`.`age` at row 1
      Warning (Code 1292): Incorrect datetime value: '2020-02-30' for column 'born' at row 9
      Warning (Code 1048): Column 'name' cannot be null
      Warning (Code 1292): Truncated incorrect wait_timeout value: '99999999999'
      Note (Code 1051): Unknown table 'd.t'
      Warning (Code 1906): The value specified for generated column 'sum' in table 't' has been ignored
      Warning (Code 1364): Field 'c' doesn't have a default value

      """)
    #expect(
      report == """
        1048\t1\tname
        1264\t2\tage
        1265\t1\tname
        1292\t1\tborn
        1366\t1\tage

        """)
  }

  @Test func `an empty ENUM is no loss, and our own server's age is not the dump's fault`() {
    let column = StoredOtherwise.Column(table: TableKey(database: "d", name: "t"), name: "size", type: "enum")
    let stored = StoredOtherwise(Array("1265\t3\tsize\n".utf8))
    #expect(stored.findings(columns: [column], reservation: nil).map(\.code.rawValue) == ["import.enum-empty"])
    #expect(stored.findings(columns: [], reservation: nil).map(\.code.rawValue) == ["import.values-changed"])
    let older = MySQLFindings.newerDump.finding("the dump is newer")
    #expect(stored.findings(columns: [], reservation: older).map(\.code.rawValue) == ["engine.version-mismatch"])
  }

  @Test func `a column that the catalogue does not know is not named`() {
    let stored = StoredOtherwise(Array("1264\t1\ta row's own value\n".utf8))
    #expect(!stored.findings(columns: [], reservation: nil).description.contains("own value"))
  }

  private func read(_ text: String) throws -> String {
    let input = Foundation.Pipe()
    let output = Foundation.Pipe()
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    var reader = WarningReader()
    try reader.run(
      from: FileDescriptor(rawValue: input.fileHandleForReading.fileDescriptor),
      to: FileDescriptor(rawValue: output.fileHandleForWriting.fileDescriptor))
    try output.fileHandleForWriting.close()
    return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  }
}
