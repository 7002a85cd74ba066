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

  private func assignment(_ id: String = "run-1", sandbox: String = "sidecar") -> Assignment {
    var specification = RunSpecification(runID: id, location: "s3://b/k", stateFolder: "/nowhere")
    specification.sandbox = sandbox
    return Assignment(specification: specification, secrets: RunSecrets())
  }

  @Test(
    arguments: [("EC2", "process"), ("EC2", "sidecar"), ("FARGATE", "sidecar")].prefix(TestAll.isOn ? 3 : 2))
  func `runs have a task each, of a definition that is registered once, and they are stopped`(
    capacity: String, sandbox: String
  ) async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      let desk = StandInDesk(.reports(after: 0))
      let place = try await place(emulator, desk, more: ["capacity": capacity])
      for run in ["run-1", "run-2"] {
        let report = try await place.launcher.launch(assignment(run, sandbox: sandbox), events: EventLog())
        let machine = try #require(report.findings.first { $0.code.rawValue == "aws.machine" })
        #expect(machine.message.contains("of proofback in"))
        #expect(machine.evidence.contains { $0.contains("beside containers of the image") } == (sandbox == "sidecar"))
      }
      let record = try await emulator.record()
      #expect(record.tasks.map(\.desired) == ["STOPPED", "STOPPED"])
      #expect(Set(record.tasks.map { $0.tags["proofback-run"] }) == ["run-1", "run-2"])
      #expect(record.calls.count { $0 == "RegisterTaskDefinition" } == 1 && desk.allClosed)
    }
  }

  @Test func `a start that was carried out and answered with trouble is not asked for again, and its task is stopped`()
    async throws
  {
    try await AWSEmulator.running(boots: false) { emulator in
      let desk = StandInDesk(.reports(after: 0))
      let place = try await place(emulator, desk)
      try await emulator.refuse("RunTask", "after: ServerException")
      let trouble = await #expect(throws: RunTrouble.self) {
        try await place.launcher.launch(assignment(), events: EventLog())
      }
      #expect(trouble?.finding.code.rawValue == "aws.unavailable" && trouble?.canRetry == true)
      let record = try await emulator.record()
      #expect(record.calls.count { $0 == "RunTask" } == 1 && record.tasks.count == 1 && record.left.isEmpty)
      #expect(desk.allClosed)
    }
  }

  @Test func `a task that ECS does not stop is stopped by the reaper as soon as ECS does, and the run says so`()
    async throws
  {
    try await AWSEmulator.running(boots: false) { emulator in
      let place = try await place(emulator, StandInDesk(.reports(after: 0)))
      try await emulator.refuse("StopTask", "AccessDeniedException", times: 9)
      let log = EventLog()
      #expect(try await place.launcher.launch(assignment(), events: log).verdict == .passed)
      #expect(log.logs.contains { $0.contains("tried every minute") && $0.contains("AccessDeniedException") })
      #expect(await place.launcher.reap(stateFolder: "") { _ in false }.first?.contains("AccessDenied") == true)
      #expect(try await emulator.record().left.count == 1)
      try await emulator.forgive()
      #expect(await place.launcher.reap(stateFolder: "") { _ in false } == [])
      #expect(try await emulator.record().left.isEmpty)
    }
  }

  @Test func `runs that begin together register their definition once`() async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      let place = try await place(emulator, StandInDesk(.reports(after: 0)))
      try await withThrowingTaskGroup(of: RunReport.self) { group in
        for number in 1...4 {
          group.addTask { try await place.launcher.launch(assignment("run-\(number)"), events: EventLog()) }
        }
        for try await report in group { #expect(report.verdict == .passed) }
      }
      let record = try await emulator.record()
      #expect(record.calls.count { $0 == "RegisterTaskDefinition" } == 1)
      #expect(record.tasks.count == 4 && record.most <= 4 && record.left.isEmpty)
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

  @Test(
    .enabled(if: TestAll.isOn, "starts the AWS command line often: make test-all runs it"),
    arguments: [
      "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'",
      "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref worker:1: not found",
    ])
  func `an image that ECS can't start a container of is said, and no other task is tried`(reason: String) async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      let place = try await place(emulator, StandInDesk(.fallsSilent))
      let run = Task { try await place.launcher.launch(assignment(), events: EventLog()) }
      #expect(await LauncherPlace.eventually(within: 60) { (try? await emulator.record().left.count) == 1 })
      try await emulator.end(try #require(try await emulator.record().left.first), because: reason)
      let trouble = await #expect(throws: RunTrouble.self) { try await run.value }
      #expect(trouble?.finding.code.rawValue == "aws.no-container" && trouble?.canRetry == false)
      #expect(trouble?.finding.evidence.contains(reason) == true)
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

  @Test func `a run that has not chosen the weaker sandbox is refused on Fargate, before AWS is asked anything`()
    async throws
  {
    let desk = StandInDesk(.reports(after: 0))
    let kind = ECSLauncherKind(pace: AWSPace(claim: 5, look: 0.2, lastWords: 0.2))
    let launcher = kind.launcher(Self.options, in: LauncherSurroundings(serverID: "server1", desk: desk))
    for sandbox in ["process", "docker"] {
      let trouble = await #expect(throws: RunTrouble.self) {
        try await launcher.launch(assignment(sandbox: sandbox), events: EventLog())
      }
      #expect(trouble?.finding.code.rawValue == "aws.sidecar-not-chosen")
      #expect(trouble?.finding.message.contains("`\(sandbox)`") == true)
    }
  }

  private static let options = [
    "region": "eu-central-1", "cluster": "c", "image": "i:1", "capacity": "fargate", "subnets": "subnet-01234567",
    "securityGroups": "sg-01234567",
  ]

  @Test func `on Fargate the worker's neighbours may do nothing, and its definition holds no secret`() throws {
    let options = try ECSOptions(Self.options)
    let definition = ECS.TaskDefinition(options, database: "mysql:8.4")
    let containers = definition.containerDefinitions
    #expect(containers.map(\.name) == ["worker", "server", "client", "tools"])
    #expect(containers.map(\.image) == ["i:1", "mysql:8.4", "mysql:8.4", "i:1"])
    #expect(containers.map(\.essential) == [true, false, false, false])
    #expect(containers.allSatisfy { $0.readonlyRootFilesystem && $0.privileged == nil })
    for neighbour in containers.dropFirst() {
      #expect(neighbour.linuxParameters.capabilities?.drop == ["ALL"] && neighbour.user == "65534:65534")
      let writable = neighbour.mountPoints.filter { !$0.readOnly }.map(\.containerPath)
      #expect(Set(writable).isSubset(of: ["/.proofback", "/tmp", "/exchange", "/data"]))
      #expect(writable.contains("/data") == (neighbour.name != "client"))
    }
    // Of what the neighbours can write to, nothing but data and sockets is shared by two of them.
    let shared = Dictionary(grouping: containers.dropFirst().flatMap(\.mountPoints)) { $0.sourceVolume }
    #expect(Set(shared.filter { $0.value.count > 1 }.keys) == ["data", "exchange"])
    #expect(definition.family == ECS.TaskDefinition(options, database: "mysql:8.4").family)
    #expect(definition.family != ECS.TaskDefinition(options, database: "mysql:9.7").family)
    #expect(definition.family.hasPrefix("proofback-"))
  }

  @Test func `the DBMS's image is the restore test's, the workplace's, the type's or the worker's own, in this order`()
    throws
  {
    var run = assignment(sandbox: "sidecar")
    func image(_ more: [String: String] = [:]) throws -> String? {
      let chosen = try ECSDatabase.chosen(for: run, ECSOptions(Self.options.merging(more) { $1 }))
      #expect(chosen.0.specification.image == chosen.image)
      return chosen.image
    }
    #expect(try image() == "i:1")
    run.specification.type = DatabaseType("postgresql")
    #expect(try image() == "postgres:17")
    #expect(try image(["databaseImage": "mariadb:11.8"]) == "mariadb:11.8")
    run.specification.image = "mysql:8.0"
    #expect(try image(["databaseImage": "mariadb:11.8"]) == "mysql:8.0")
    let instances = try ECSOptions(Self.options.merging(["capacity": "ec2"]) { $1 })
    #expect(try ECSDatabase.chosen(for: assignment(sandbox: "process"), instances).image == nil)
    #expect(try ECSDatabase.chosen(for: run, instances).image == "mysql:8.0")
    let trouble = #expect(throws: RunTrouble.self) {
      try ECSDatabase.chosen(for: assignment(sandbox: "docker"), instances)
    }
    #expect(trouble?.finding.code.rawValue == "aws.no-sandbox")
    #expect(trouble?.finding.message == "workers in a task have no sandbox `docker`")
  }

  @Test func `a task is as large as what runs in it`() throws {
    let needs = RunNeeds(memoryBytes: 8_000_000_000, diskBytes: 50_000_000_000, seconds: 1, basis: "")
    let size = try TaskSize(needs, .fargate, hasNeighbours: true)
    #expect((size.cpu, size.memoryMiB, size.storageGiB) == (2048, 9216, 49))
    let limits = Limits(memoryBytes: 8_000_000_000)
    let overrides = ECSDatabase.overrides(seconds: 90, limits)
    #expect(overrides.map(\.command) == [["90"], ["90"], ["90"]])
    #expect(overrides.map(\.memory) == [7629, nil, nil])
    // ECS demands that what a container gets at most is more than what is kept for it.
    let least = try #require(ECSDatabase.overrides(seconds: 90, Limits(memoryBytes: 1))[0].memory)
    let kept = try ECS.TaskDefinition(ECSOptions(Self.options), database: "mysql:8.4").containerDefinitions[1]
    #expect(least > kept.memoryReservation ?? 0)
    var run = assignment(sandbox: "sidecar")
    run.specification.limits = limits
    #expect(ECSDatabase.bounded(run, size).specification.limits == limits)
    run.specification.limits.memoryBytes = 30_000_000_000
    let bounded = ECSDatabase.bounded(run, size).specification.limits
    #expect(ECSDatabase.overrides(seconds: 90, bounded)[0].memory == size.serverMiB && size.serverMiB == 7976)
  }
}
