import Foundation
import ProofbackCore
import Testing

@testable import ProofbackServer

/// What forms and pages say ahead of time.
@Suite struct FormHelpTests {
  private func run(_ seconds: Double, _ verdict: Verdict? = .passed) -> RunRecord {
    let noon = Date(timeIntervalSince1970: 1_800_000_000)
    var run = RunRecord(
      id: "r", restoreTest: "t", title: "shop", location: "/x", requestedBy: nil, requested: noon, type: nil)
    (run.started, run.verdict) = (noon, verdict)
    run.ended = verdict == nil ? nil : noon.addingTimeInterval(seconds)
    return run
  }

  @Test func `a run is expected to take what the last passed ones took in the middle`() {
    #expect(RunForecast.seconds([]) == nil)
    #expect(RunForecast.seconds([run(3, .failed)]) == nil)
    #expect(RunForecast.seconds([run(10), run(3, .failed), run(12), run(900)]) == 12)
    // What is longer ago does not count.
    #expect(RunForecast.seconds([10, 10, 10, 10, 10, 500, 500, 500, 500, 500, 500].map { run($0) }) == 10)
  }

  @Test func `the time that is left is said as long as it is within what is known`() throws {
    let now = run(0, nil)
    let started = try #require(now.started)
    #expect(RunForecast.left(now, expected: 80, now: started.addingTimeInterval(20)) == "about 1 min left")
    #expect(RunForecast.left(now, expected: 80, now: started.addingTimeInterval(90)) == nil)
    #expect(RunForecast.left(now, expected: nil, now: started) == nil)
  }

  @Test(arguments: [
    ("/srv/backups", "shop-*.sql.gz", "shop"), ("/srv/backups/wiki.sql.gz.gpg", "", "wiki"), ("/srv/db1/", "", "db1"),
    ("/srv", "*.sql", "*.sql"), ("", "", ""),
  ])
  func `a name is proposed from the file's`(location: String, file: String, name: String) {
    var form = RunRequests.Form()
    (form.location, form.file) = (location, file)
    #expect(ScheduleRequests.proposedName(form) == name)
  }

  @Test func `the stages of one pipe share one count, which does not go back`() {
    var position = RunWatch.Position()
    position.begin(.fetch)
    position.go(to: 10, of: 100, in: .fetch)
    position.begin(.import)
    position.go(to: 4, of: nil, in: .import)
    #expect(position.stage == .import && position.bytes == 10 && position.total == 100)
    position.begin(.verify)
    #expect(position.bytes == 0 && position.total == nil)
    #expect(position.begun == [.fetch, .import, .verify], "nothing was decrypted")
  }
}
