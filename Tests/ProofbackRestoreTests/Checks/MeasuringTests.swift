import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage
import Testing

@testable import ProofbackRestore

/// What is measured of rows: exact where it can be, near enough where it is estimated, and the same however the bytes come.
@Suite struct MeasuringTests {
  static let measuring = Measuring(key: 42, asOf: Date(timeIntervalSince1970: 1_790_000_000))

  @Test(arguments: [
    ("2026-11-22", 20779, 0), ("2026-11-22 02:10:00", 20779, 7800), ("2026-11-22T02:10:00.123Z", 20779, 7800),
    ("2026-11-22 02:10:00+02", 20779, 600), ("2026-11-22 02:10:00-05:30", 20779, 27600),
    ("1969-12-31 23:59:59", -1, 86399),
    ("2024-02-29 00:00:00", 19782, 0),
  ])
  func `moments are read as DBMSs write them`(_ text: String, _ day: Int, _ second: Int) throws {
    let moment = try #require(Self.moment(text))
    #expect((moment.day, moment.second) == (day, second))
  }

  @Test(arguments: [
    "", "0000-00-00 00:00:00", "2026-13-01", "22.11.2026", "2026-11-22 2:10", "2026-11-22 02:10:00 PM", "NULL",
  ])
  func `what is no moment is none`(_ text: String) { #expect(Self.moment(text) == nil) }

  private static func moment(_ text: String) -> Moment? { Array(text.utf8).withUnsafeBytes { Moment($0) } }

  @Test func `days and dates are each other's`() {
    for day in stride(from: -800_000, to: 800_000, by: 997) {
      let civil = Moment.civil(day)
      #expect(Moment.day(civil.year, civil.month, civil.date) == day)
    }
  }

  @Test(arguments: [("0", 0), ("1", 65), ("-1", -65), ("1024", 85), ("0.5", 63), ("1e3", 85), ("12.50", 72)])
  func `numbers have rounded magnitudes`(_ text: String, _ bucket: Int) {
    #expect(Array(text.utf8).withUnsafeBytes { PlainNumber.value($0).map(PlainNumber.bucket) } == bucket)
  }

  @Test(arguments: ["", "-", "abc", "NaN", "1.2.3", "0x10"])
  func `what is no number is none`(_ text: String) {
    #expect(Array(text.utf8).withUnsafeBytes { PlainNumber.value($0) } == nil)
  }

  @Test(arguments: [10, 256, 1_000, 100_000])
  func `different values are counted to some percent`(_ count: Int) {
    var least = LeastHashes(limit: 256)
    for round in 0..<2 { for value in 0..<count { least.add(Self.hash("\(value)", round)) } }
    let estimate = Double(least.estimate())
    #expect(abs(estimate - Double(count)) <= (count <= 256 ? 0 : Double(count) * 0.2))
  }

  private static func hash(_ text: String, _: Int) -> UInt64 {
    Array(text.utf8).withUnsafeBytes { CellHash.hash($0, key: 7) }
  }

  @Test(arguments: [
    ("Käse", [TextTrait.beyondASCII]), ("a 🧀", [.beyondASCII, .fourBytes, .blank]), ("K?se", [.questionMark]),
    ("K??se", [.questionMark, .questionMarks]), ("KÃ¤se", [.beyondASCII, .mojibake]),
    ("K\u{FFFD}se", [.beyondASCII, .replacement]),
    ("a\u{1}b", [.control]), ("â‚¬", [.beyondASCII, .mojibake]), ("ÃœbergrÃ¶ÃŸe", [.beyondASCII, .mojibake]),
  ])
  func `texts show what was done to them`(_ text: String, _ traits: [TextTrait]) {
    var look = TextLook()
    Array(text.utf8).withUnsafeBytes { look.look($0, isText: true) }
    #expect(TextTrait.allCases.filter { look.traits[$0.rawValue] > 0 } == traits)
  }

  @Test func `bytes that are no text are seen`() {
    var look = TextLook()
    [0x41, 0xE4, 0x42].withUnsafeBufferPointer { bytes in
      Array(bytes.map { UInt8($0) }).withUnsafeBytes { look.look($0, isText: true) }
    }
    #expect(look.traits[TextTrait.invalid.rawValue] == 1)
  }

  // MARK: Rows

  private static let plan = ProfilePlan(
    measuring,
    columns: [
      .init(kind: .number, isKey: true), .init(kind: .text, isKey: false), .init(kind: .time, isKey: false),
      .init(kind: .bytes, isKey: false),
    ])

  private static func rows(_ count: Int) -> [UInt8] {
    var text: [UInt8] = []
    for row in 0..<count {
      let long = row % 50 == 0 ? String(repeating: "x\\ny", count: 40_000) : "name \(row % 7)"
      let time = row % 11 == 0 ? "NULL" : "2026-0\(1 + row % 9)-10 0\(row % 9):15:30"
      text += Array("\(row)\t\(long)\t\(time)\t".utf8) + [0xFF, UInt8(row % 7 + 65), 0x5C, 0x30] + [10]
    }
    return text
  }

  private static func profile(_ bytes: [UInt8], pieces: Int) -> TableProfile {
    var measuring = RowMeasuring(plan, .batch)
    for line in bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast() {
      var rest = line
      while !rest.isEmpty {
        Array(rest.prefix(pieces)).withUnsafeBytes { measuring.take($0) }
        rest = rest.dropFirst(pieces)
      }
      measuring.endRow()
    }
    return measuring.finish()
  }

  @Test(arguments: [1, 7, 4096, 1 << 20])
  func `rows measure the same in whatever pieces they come`(_ size: Int) {
    let bytes = Self.rows(120)
    #expect(Self.profile(bytes, pieces: size) == Self.profile(bytes, pieces: 65_536))
  }

  @Test func `rows are counted by column`() {
    let profile = Self.profile(Self.rows(300), pieces: 4096)
    #expect(profile.rows == 300)
    #expect(profile.distinctRows == 300)
    #expect(profile.columns[0].distinct > 240 && profile.columns[0].distinct < 360)
    #expect(profile.columns[1].distinct == 8)
    #expect(profile.columns[1].lengths.last == 6, "the six long ones")
    #expect(profile.columns[2].nulls == 28)
    #expect(profile.columns[2].months.count == 9)
    #expect(profile.columns[3].lengths == [0, 0, 300])
    #expect(profile.sample?.isComplete == true && profile.sample?.count == 300)
  }

  @Test func `a plan survives its own text`() throws {
    var plan = Self.plan
    plan.columns[3].isHexadecimal = true
    #expect(ProfilePlan(plan.text) == plan)
    #expect(ProfilePlan("zz:1:n") == nil && ProfilePlan("1:1:q") == nil && ProfilePlan("1:1:!") == nil)
  }

  @Test func `the reader takes sections apart, and a row that begins like its mark is a row`() throws {
    let text = "mark-1\t0\t\(Self.plan.text)\n1\ta\t2026-01-01 00:00:00\tb\nmark\nmark-1\nmark-1\t7\n\nx\n"
    let lines = try Self.read(text)
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("0\t3\t\(25 + 4 + 6)\t{"))
    #expect(lines[1] == "7\t2\t1")
    let profile = try #require(TableProfile(measured: String(lines[0].split(separator: "\t")[3])))
    #expect(profile.rows == 3)
  }

  private static func read(_ text: String) throws -> [String] {
    let input = try ProofbackSystem.Pipe()
    let output = try ProofbackSystem.Pipe()
    try Array(text.utf8).withUnsafeBytes { try input.writeEnd.writeFully($0) }
    try input.writeEnd.close()
    var reader = RowReader(mark: "mark-1", format: .batch)
    try reader.run(from: input.readEnd, to: output.writeEnd)
    try output.writeEnd.close()
    try input.readEnd.close()
    let bytes = try output.readEnd.readToEnd(limit: 1 << 20)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test func `nothing of a value is in a profile`() throws {
    let bytes = Array("1\tplanted-value\t2026-01-01 00:00:00\tplanted-bytes\n".utf8)
    let text = String(decoding: try JSONEncoder().encode(Self.profile(bytes, pieces: 10)), as: UTF8.self)
    #expect(!text.contains("planted"))
  }

  @Test func `the same row has another hash under another key`() {
    #expect(Self.hash("a", 0) != Array("a".utf8).withUnsafeBytes { CellHash.hash($0, key: 8) })
  }
}
