import ProofbackCore
import Testing

@testable import ProofbackLaunchers

@Suite struct MachineChoiceTests {
  private func choice(disk: UInt64, container: String? = nil) throws -> MachineChoice {
    let needs = RunNeeds(memoryBytes: 2_000_000_000, diskBytes: disk, seconds: 600, basis: "the limit")
    return try MachineChoice(needs, allowed: MachineType.known, containerImage: container)
  }

  @Test func `a volume has room for a container image, and is as large as machine images with Docker`() throws {
    #expect(try choice(disk: 1_000_000_000).volume.sizeGiB == 9)
    #expect(try choice(disk: 1_000_000_000, container: "worker:1").volume.sizeGiB == 30)
    #expect(try choice(disk: 100_000_000_000).volume.sizeGiB == 101)
    #expect(try choice(disk: 100_000_000_000, container: "worker:1").volume.sizeGiB == 109)
  }

  @Test func `the run says in a container of which image its worker was`() throws {
    func evidence(_ image: String?) throws -> [String] {
      let choice = try choice(disk: 1, container: image)
      return choice.finding(choice.types[0], in: "eu-central-1", instance: "i-1", isNear: true).evidence
    }
    #expect(try evidence("worker:1").contains("the worker in a container of worker:1"))
    #expect(try !evidence(nil).contains { $0.contains("container") })
  }
}
