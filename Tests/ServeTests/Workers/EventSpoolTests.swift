import Foundation
import ProofbackCore
import Testing

@testable import ProofbackWorker

/// Events that wait for a server that is not reached.
@Suite struct EventSpoolTests {
  private func report() -> RunReport {
    RunReport(
      runID: "r", verdict: .passed, cause: nil, sentence: "s", findings: [], stages: [], inventory: nil, engine: nil,
      sandbox: nil, source: nil, layers: [], depth: .full, started: Date(timeIntervalSince1970: 0), seconds: 1)
  }

  private func texts(_ batch: EventSpool.Batch) -> [String] {
    batch.lines.map { line in
      switch WorkerProtocol.event(Array(line.dropLast())) {
      case .log(let text)?: text
      case .progress(let stage, let bytes, _)?: "\(stage.rawValue) \(bytes)"
      case .ended?: "ended"
      default: "?"
      }
    }
  }

  @Test func `what was not acknowledged is sent again under its numbers, the rest follows`() {
    let spool = EventSpool()
    for text in ["a", "b", "c"] { spool.send(.log(text)) }
    #expect(texts(spool.batch()) == ["a", "b", "c"])
    spool.send(.log("d"))
    #expect(texts(spool.batch()) == ["a", "b", "c"], "nothing is added to what may have arrived")
    #expect(spool.acknowledge(next: 2))
    #expect(spool.batch().first == 2 && texts(spool.batch()) == ["c"])
    #expect(spool.acknowledge(next: 3))
    #expect(spool.batch().first == 3 && texts(spool.batch()) == ["d"])
    #expect(!spool.acknowledge(next: 2) && !spool.acknowledge(next: 5), "another server's numbers")
  }

  @Test func `of progress the newest of each stage waits`() {
    let spool = EventSpool()
    for bytes in 0..<1000 {
      spool.send(.progress(stage: .fetch, bytes: UInt64(bytes), total: nil))
      spool.send(.progress(stage: .import, bytes: UInt64(bytes), total: nil))
    }
    #expect(texts(spool.batch()) == ["fetch 999", "import 999"])
  }

  @Test func `more than fits is dropped and said, and the report comes last`() {
    let spool = EventSpool()
    let long = String(repeating: "x", count: 1 << 20 - 100)
    for _ in 0..<40 { spool.send(.log(long)) }
    spool.close(with: report())
    spool.send(.log("too late"))
    var sent: [String] = []
    while !spool.isDone {
      let batch = spool.batch()
      #expect(batch.lines.count == 1 || batch.body.count <= WorkerLink.batchBytes)
      sent += texts(batch)
      #expect(spool.acknowledge(next: batch.first + UInt64(batch.lines.count)))
    }
    #expect(sent.count < 20 && sent.last == "ended")
    #expect(sent.contains { $0.hasSuffix("did not fit while the server was not reached") })
    #expect(!sent.contains("too late"))
  }

  @Test func `a clock that is off is measured by the middle of the question`() {
    let asked = Date(timeIntervalSince1970: 1000)
    let clock = ServerClock(server: 8_202_000, asked: asked, answered: asked + 4)
    #expect(clock.offset == 7200)
    let corrected = clock.corrected(report())
    #expect(corrected.started == Date(timeIntervalSince1970: 7200))
    #expect(corrected.findings.map(\.message) == ["the worker's clock is 2 h behind the server's"])
    let right = ServerClock(server: 1_030_000, asked: asked, answered: asked + 4)
    #expect(right.corrected(report()) == report())
  }
}
