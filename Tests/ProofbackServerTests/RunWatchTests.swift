import Testing

@testable import ProofbackServer

@Suite struct RunWatchTests {
  @Test func `no more watch than there are seats, and a seat that was left is free`() async throws {
    struct Gone: Error {}
    let watch = RunWatch(seats: 2)
    let inner = await watch.seated { await watch.seated { await watch.seated { true } == nil } }
    #expect(inner == true)
    await #expect(throws: Gone.self) { try await watch.seated { throw Gone() } }
    #expect(await watch.seated { await watch.seated { true } } == true)
  }

  @Test func `who follows a run hears where it stands also while nothing is new, until it ends`() async throws {
    let watch = RunWatch()
    watch.begin("a")
    watch.take("a", .stageStarted(.verify))
    var heard = 0
    for await position in try #require(watch.follow("a", again: .milliseconds(20))) {
      #expect(position.stage == .verify)
      heard += 1
      if heard == 4 { watch.end("a") }
    }
    #expect(heard >= 4)
    #expect(watch.follow("a") == nil)
  }
}
