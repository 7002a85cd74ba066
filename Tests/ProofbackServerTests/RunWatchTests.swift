import ProofbackServer
import Testing

@Suite struct RunWatchTests {
  @Test func `no more watch than there are seats, and a seat that was left is free`() async throws {
    struct Gone: Error {}
    let watch = RunWatch(seats: 2)
    let inner = await watch.seated { await watch.seated { await watch.seated { true } == nil } }
    #expect(inner == true)
    await #expect(throws: Gone.self) { try await watch.seated { throw Gone() } }
    #expect(await watch.seated { await watch.seated { true } } == true)
  }
}
