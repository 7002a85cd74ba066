import Foundation
import ProofbackCore
import ProofbackTestSupport
import Testing

@testable import ProofbackLaunchers

/// The launcher against moto, whose tasks run nothing here; the desk says whether a worker comes.
@Suite(.serialized) struct ECSLauncherTests {
  init() { AWSEmulator.logIn() }

  private struct Place {
    let launcher: any Launcher
    let cluster: AWSEmulator.Cluster
  }

  private func place(
    _ emulator: AWSEmulator, _ desk: StandInDesk, more: [String: String] = [:]
  ) async throws -> Place {
    let cluster = try await emulator.cluster("proofback")
    let kind = ECSLauncherKind(pace: AWSPace(claim: 5, look: 0.2, lastWords: 0.2))
    let options = [
      "region": AWSEmulator.region, "cluster": "proofback", "image": "registry.example.org/worker:1",
      "capacity": "FARGATE", "subnets": cluster.subnet, "securityGroups": cluster.group, "endpoint": emulator.endpoint,
    ].merging(more) { $1 }
    _ = try kind.describe(options)
    return Place(
      launcher: kind.launcher(options, in: LauncherSurroundings(serverID: "server1", desk: desk)), cluster: cluster)
  }

  private func assignment(_ id: String = "run-1") -> Assignment {
    Assignment(
      specification: RunSpecification(runID: id, location: "s3://b/k", stateFolder: "/nowhere"), secrets: RunSecrets())
  }

  @Test(arguments: TestAll.isOn ? ["EC2", "FARGATE"] : ["EC2"])
  func `runs have a task each, of a definition that is registered once, and they are stopped`(capacity: String)
    async throws
  {
    try await AWSEmulator.running(boots: false) { emulator in
      let desk = StandInDesk(.reports(after: 0))
      let place = try await place(emulator, desk, more: ["capacity": capacity])
      for run in ["run-1", "run-2"] {
        let report = try await place.launcher.launch(assignment(run), events: EventLog())
        #expect(
          report.findings.contains { $0.code.rawValue == "aws.machine" && $0.message.contains("of proofback in") })
      }
      let record = try await emulator.record()
      #expect(record.tasks.map(\.desired) == ["STOPPED", "STOPPED"])
      #expect(Set(record.tasks.map { $0.tags["proofback-run"] }) == ["run-1", "run-2"])
      #expect(record.calls.count { $0 == "RegisterTaskDefinition" } == 1 && desk.allClosed)
    }
  }

  @Test(.enabled(if: TestAll.isOn, "starts the AWS command line often: make test-all runs it"))
  func `no cluster, no room and no permission are findings of their own, and nothing is left`() async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      let place = try await place(emulator, StandInDesk(.reports(after: 0)))
      func cause(_ launcher: any Launcher) async -> String? {
        let trouble = await #expect(throws: RunTrouble.self) {
          try await launcher.launch(assignment(), events: EventLog())
        }
        return trouble?.finding.code.rawValue
      }
      try await emulator.refuse("RunTask", "ClusterNotFoundException")
      #expect(await cause(place.launcher) == "aws.no-cluster")
      try await emulator.refuse("RunTask", "AccessDeniedException")
      #expect(await cause(place.launcher) == "aws.not-allowed")
      try await emulator.refuse("RunTask", "no room: RESOURCE:MEMORY")
      #expect(await cause(place.launcher) == "aws.no-capacity")
      #expect(try await emulator.record().left.isEmpty)
    }
  }

  @Test(.enabled(if: TestAll.isOn, "starts the AWS command line often: make test-all runs it"))
  func `a task that stops before its worker reports ends the run with ECS's reason`() async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      let place = try await place(emulator, StandInDesk(.fallsSilent))
      let run = Task { try await place.launcher.launch(assignment(), events: EventLog()) }
      #expect(await LauncherPlace.eventually(within: 60) { (try? await emulator.record().left.count) == 1 })
      try await emulator.end(try #require(try await emulator.record().left.first))
      let trouble = await #expect(throws: RunTrouble.self) { try await run.value }
      #expect(trouble?.finding.code.rawValue == "aws.machine-ended")
      #expect(trouble?.finding.evidence.joined().contains("the test ended it") == true)
    }
  }

  @Test(.enabled(if: TestAll.isOn, "starts the AWS command line often: make test-all runs it"))
  func `the reaper stops what runs have left, and touches no run that goes on`() async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      let desk = StandInDesk(.reports(after: 600))
      let place = try await place(emulator, desk)
      let runs = ["run-1", "run-2"].map { id in
        Task { try await place.launcher.launch(assignment(id), events: EventLog()) }
      }
      #expect(await LauncherPlace.eventually(within: 60) { (try? await emulator.record().left.count) == 2 })
      #expect(await place.launcher.reap(stateFolder: "") { $0 == "run-1" } == [])
      let left = try await emulator.record().tasks.filter { $0.desired == "RUNNING" }
      #expect(left.map { $0.tags["proofback-run"] } == ["run-1"])
      for run in runs { run.cancel() }
      for run in runs { _ = await run.result }
      #expect(try await emulator.isEmpty())
    }
  }

  @Test func `a task's containers may do nothing, and its definition holds no secret`() throws {
    let options = try ECSOptions([
      "region": "eu-central-1", "cluster": "c", "image": "i:1", "capacity": "FARGATE", "subnets": "subnet-01234567",
      "securityGroups": "sg-01234567",
    ])
    let definition = ECS.TaskDefinition(options)
    let container = try #require(definition.containerDefinitions.first)
    #expect(container.readonlyRootFilesystem && container.privileged == nil)
    #expect(container.linuxParameters.capabilities?.drop == ["ALL"])
    #expect(definition.family == ECS.TaskDefinition(options).family && definition.family.hasPrefix("proofback-"))
    var other = options
    other.image = "i:2"
    #expect(ECS.TaskDefinition(other).family != definition.family)
    let size = try TaskSize(
      RunNeeds(memoryBytes: 8_000_000_000, diskBytes: 50_000_000_000, seconds: 1, basis: ""), .fargate)
    #expect((size.cpu, size.memoryMiB, size.storageGiB) == (2048, 9216, 49))
  }
}
