import Foundation
import Glibc
import ProofbackCore
import Synchronization
import SystemPackage
import Testing

@testable import ProofbackSystem

@Suite struct WorkerProtocolTests {
  private func feed(_ text: String) throws -> FileDescriptor {
    let pipe = try ProofbackSystem.Pipe()
    try Array(text.utf8).withUnsafeBytes { try pipe.writeEnd.writeFully($0) }
    try pipe.writeEnd.close()
    return pipe.readEnd
  }

  @Test func linesComeWholeAndTooLongOnesArePassedOver() throws {
    let descriptor = try feed("one\n\n" + String(repeating: "x", count: 100_000) + "\nlast")
    defer { try? descriptor.close() }
    var reader = LineReader(descriptor, limit: 1000)
    #expect(try reader.next() == .whole(Array("one".utf8)))
    #expect(try reader.next() == .whole([]))
    #expect(try reader.next() == .tooLong)
    #expect(try reader.next() == .whole(Array("last".utf8)))
    #expect(try reader.next() == nil)
    #expect(try reader.next() == nil)
  }

  @Test func aReportOfAnySizeArrives() throws {
    func report(tables: Int, nameLength: Int) -> RunReport {
      var inventory = Inventory()
      let name = String(repeating: "n", count: nameLength)
      inventory.tables = (0..<tables).map { TableInventory(database: name, name: "\($0)") }
      return RunReport(
        runID: "r", verdict: .passed, cause: nil, sentence: "s", findings: [], stages: [], inventory: inventory,
        engine: nil, sandbox: nil, source: nil, layers: [], depth: .full, started: Date(timeIntervalSince1970: 0),
        seconds: 1)
    }
    let large = report(tables: 10_000, nameLength: 200)
    let line = try #require(WorkerProtocol.line(.ended(large)))
    #expect(line.count > WorkerProtocol.longestEvent)
    #expect(Self.report(WorkerProtocol.event(line)) == large)
    let tooLarge = try #require(WorkerProtocol.line(.ended(report(tables: 8, nameLength: 9 << 20))))
    let cut = try #require(Self.report(WorkerProtocol.event(tooLarge)))
    #expect(cut.inventory == nil)
    #expect(cut.verdict == .passed && cut.findings.map(\.code.rawValue) == ["run.report-cut"])
    #expect(WorkerProtocol.line(.log(String(repeating: "x", count: 2 << 20))) == nil)
  }

  private static func report(_ event: RunEvent?) -> RunReport? {
    if case .ended(let report)? = event { report } else { nil }
  }

  @Test func anAssignmentIsTakenWithItsKeysAndTheEndOfTheStreamCancels() async throws {
    var assignment = Assignment(
      specification: RunSpecification(runID: "r", location: "/b", stateFolder: "/s"), secrets: RunSecrets())
    assignment.secrets.sshKey = NamedSecret(name: "key", content: Data([0, 10, 255]))
    let pipe = try ProofbackSystem.Pipe()
    try WorkerProtocol.line(assignment).withUnsafeBytes { try pipe.writeEnd.writeFully($0) }
    let (ended, continuation) = AsyncStream<Void>.makeStream()
    let taken = try await WorkerInput.take(from: pipe.readEnd) { continuation.finish() }
    #expect(taken.specification == assignment.specification)
    #expect(taken.secrets.sshKey?.content == Data([0, 10, 255]))
    try pipe.writeEnd.close()
    for await _ in ended {}
  }

  @Test func theLineCancelCancels() async throws {
    let assignment = Assignment(
      specification: RunSpecification(runID: "r", location: "/b", stateFolder: "/s"), secrets: RunSecrets())
    let pipe = try ProofbackSystem.Pipe()
    let bytes = try WorkerProtocol.line(assignment) + Array(WorkerProtocol.cancelLine.utf8)
    try bytes.withUnsafeBytes { try pipe.writeEnd.writeFully($0) }
    let (ended, continuation) = AsyncStream<Void>.makeStream()
    _ = try await WorkerInput.take(from: pipe.readEnd) { continuation.finish() }
    for await _ in ended {}
    try pipe.writeEnd.close()
  }

  @Test(arguments: ["", "\n", "{}\n", "cancel\n", "{\"secrets\":\"PRIVATE\"}\n"])
  func whatIsNoAssignmentIsRefusedWithoutQuotingIt(_ text: String) async throws {
    let descriptor = try feed(text)
    let trouble = await #expect(throws: RunTrouble.self) { _ = try await WorkerInput.take(from: descriptor) {} }
    #expect(trouble?.finding.code.rawValue == "run.bad-assignment")
    #expect(trouble?.description.contains("PRIVATE") == false)
  }

  @Test func eventsAreWrittenInOrderWithTheNewestProgress() async throws {
    let pipe = try ProofbackSystem.Pipe()
    let writer = EventWriter(to: pipe.writeEnd)
    writer.send(.log("one"))
    for bytes in 0..<1000 { writer.send(.progress(stage: .fetch, bytes: UInt64(bytes), total: nil)) }
    writer.send(.log("two"))
    writer.finish(within: 5)
    try pipe.writeEnd.close()
    let lines = try await Blocking.run("read") {
      var reader = LineReader(pipe.readEnd, limit: 1 << 20)
      var lines: [RunEvent] = []
      while case .whole(let line)? = try reader.next() { lines += WorkerProtocol.event(line).map { [$0] } ?? [] }
      return lines
    }
    guard case .log("one")? = lines.first, case .log("two")? = lines.last else {
      Issue.record("\(lines.count) events")
      return
    }
    let newest = lines.compactMap { if case .progress(_, let bytes, _) = $0 { bytes } else { nil } }
    #expect(newest.last == 999 && newest == newest.sorted())
  }

  @Test func aReaderThatIsGoneOrDoesNotReadHoldsNobodyUp() async throws {
    let gone = try ProofbackSystem.Pipe()
    try gone.readEnd.close()
    let writer = EventWriter(to: gone.writeEnd)
    for _ in 0..<20_000 { writer.send(.log("x")) }
    writer.finish(within: 5)
    let stuck = try ProofbackSystem.Pipe(capacity: 4096)
    let patient = EventWriter(to: stuck.writeEnd)
    let begun = Date()
    for _ in 0..<20_000 { patient.send(.log("x")) }
    patient.finish(within: 0.3)
    #expect(Date().timeIntervalSince(begun) < 3)
    try stuck.readEnd.close()
  }
}
