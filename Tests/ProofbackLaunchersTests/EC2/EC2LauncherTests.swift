import Foundation
import ProofbackCore
import ProofbackTestSupport
import Testing

@testable import ProofbackLaunchers

/// The launcher against moto, whose instances boot nothing here; the desk says whether a worker comes.
@Suite(.serialized) struct EC2LauncherTests {
  /// The AWS command line has some login, and looks for no other.
  init() { AWSEmulator.logIn() }

  private func launcher(
    _ emulator: AWSEmulator, _ desk: StandInDesk, server: String = "server1", more: [String: String] = [:]
  ) throws -> any Launcher {
    let kind = EC2LauncherKind(pace: AWSPace(claim: 5, look: 0.2, lastWords: 0.2))
    let options = [
      "regions": AWSEmulator.region, "image": AWSEmulator.image, "endpoint": emulator.endpoint,
    ].merging(more) { $1 }
    _ = try kind.describe(options)
    return kind.launcher(options, in: LauncherSurroundings(serverID: server, desk: desk))
  }

  private func assignment(_ id: String = "run-1") -> Assignment {
    Assignment(
      specification: RunSpecification(runID: id, location: "s3://b/k?region=eu-central-1", stateFolder: "/nowhere"),
      secrets: RunSecrets())
  }

  @Test func `a run has an instance of its own, marked and bounded, which is terminated after its report`() async throws
  {
    try await AWSEmulator.running(boots: false) { emulator in
      let desk = StandInDesk(.reports(after: 1))
      let report = try await launcher(emulator, desk).launch(assignment(), events: EventLog())
      let chosen = try #require(report.findings.first { $0.code.rawValue == "aws.machine" })
      #expect(chosen.message.hasPrefix("carried out on t3.medium in eu-central-1, i-"))
      #expect(chosen.evidence.joined().contains("this is the cheapest"))
      let instance = try #require(try await emulator.record().instances.first)
      #expect(instance.type == "t3.medium" && instance.state == "terminated")
      #expect(instance.tags["proofback-run"] == "run-1" && instance.tags["proofback-server"] == "server1")
      #expect(instance.tags["proofback-deadline"]?.hasSuffix("Z") == true)
      #expect(desk.allClosed)
    }
  }

  @Test(arguments: [("sidecar", false), ("sidecar", true), ("docker", true)])
  func `a sandbox that there can't be is refused before AWS is asked anything`(_ sandbox: String, _ isContainer: Bool)
    async throws
  {
    let options = ["regions": "eu-central-1", "image": "ami-01234567"]
      .merging(isContainer ? ["containerImage": "registry.example.org/worker:1"] : [:]) { $1 }
    let launcher = EC2LauncherKind().launcher(
      options, in: LauncherSurroundings(serverID: "server1", desk: StandInDesk(.reports(after: 0))))
    var run = assignment()
    run.specification.sandbox = sandbox
    let trouble = await #expect(throws: RunTrouble.self) { try await launcher.launch(run, events: EventLog()) }
    #expect(trouble?.finding.code.rawValue == "aws.no-sandbox")
    #expect(trouble?.finding.message.hasSuffix("have no sandbox `\(sandbox)`") == true)
  }

  @Test(.enabled(if: TestAll.isOn, "starts the AWS command line often: make test-all runs it"))
  func `what AWS has no room for is started on the next cheapest type, and the run says so`() async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      try await emulator.refuse("RunInstances", "InsufficientInstanceCapacity", where: "t3.medium")
      let log = EventLog()
      let report = try await launcher(emulator, StandInDesk(.reports(after: 0))).launch(assignment(), events: log)
      let chosen = try #require(report.findings.first { $0.code.rawValue == "aws.machine" })
      #expect(chosen.message.contains("c6i.large") && chosen.evidence.joined().contains("none of the 1 cheaper"))
      #expect(log.logs.contains { $0.contains("t3.medium") && $0.contains("InsufficientInstanceCapacity") })
      #expect(try await emulator.isEmpty())
    }
  }

  private static let refusals = [
    ("InsufficientInstanceCapacity", "aws.no-capacity", 9), ("VcpuLimitExceeded", "aws.quota", 1),
    ("AuthFailure", "aws.credentials-refused", 1), ("ExpiredToken", "aws.credentials-refused", 1),
    ("UnauthorizedOperation", "aws.not-allowed", 1), ("RequestExpired", "aws.clock-skew", 1),
    ("InvalidAMIID.NotFound", "aws.no-image", 1), ("Unsupported", "aws.no-capacity", 9),
    ("InvalidParameterCombination", "aws.refused", 1),
  ]

  @Test(.enabled(if: TestAll.isOn, "starts the AWS command line often: make test-all runs it"))
  func `a start that AWS refuses ends the run with the reason, and leaves nothing`() async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      for (code, finding, times) in Self.refusals {
        try await emulator.refuse("RunInstances", code, times: times)
        let desk = StandInDesk(.reports(after: 0))
        let trouble = await #expect(throws: RunTrouble.self) {
          try await launcher(emulator, desk).launch(assignment(), events: EventLog())
        }
        #expect(trouble?.finding.code.rawValue == finding, "\(String(describing: trouble))")
        #expect(trouble?.finding.message.contains(code) == true && trouble?.finding.hint.isEmpty == false)
        #expect(desk.allClosed)
        try await emulator.forgive()
      }
      #expect(try await emulator.record().instances.isEmpty)
    }
  }

  @Test(.enabled(if: TestAll.isOn, "starts the AWS command line often: make test-all runs it"))
  func `a subnet or a group that is not there is named by its own finding`() async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      for more in [["subnet": "subnet-0123456789abcdef0"], ["securityGroups": "sg-0123456789abcdef0"]] {
        let trouble = await #expect(throws: RunTrouble.self) {
          try await launcher(emulator, StandInDesk(.reports(after: 0)), more: more).launch(
            assignment(), events: EventLog())
        }
        #expect(trouble?.finding.code.rawValue == "aws.no-network")
      }
    }
  }

  @Test(.enabled(if: TestAll.isOn, "waits as AWS wants it: make test-all runs it"))
  func `what is throttled is asked again`() async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      try await emulator.refuse("RunInstances", "RequestLimitExceeded", times: 3)
      let report = try await launcher(emulator, StandInDesk(.reports(after: 0))).launch(
        assignment(), events: EventLog())
      #expect(report.verdict == .passed)
      #expect(try await emulator.record().calls.count { $0 == "RunInstances" } > 3)
      #expect(try await emulator.isEmpty())
    }
  }

  @Test(.enabled(if: TestAll.isOn, "starts the AWS command line often: make test-all runs it"))
  func `a machine whose worker never comes is terminated`() async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      let trouble = await #expect(throws: RunTrouble.self) {
        try await launcher(emulator, StandInDesk(.staysAway)).launch(assignment(), events: EventLog())
      }
      #expect(trouble?.finding.code.rawValue == "worker.not-come")
      let states = try await emulator.record().instances.map(\.state)
      #expect(states == ["terminated"])
    }
  }

  @Test(.enabled(if: TestAll.isOn, "starts the AWS command line often: make test-all runs it"))
  func `an instance that ends before its worker reports ends the run with AWS's reason`() async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      let desk = StandInDesk(.fallsSilent)
      let run = Task { try await launcher(emulator, desk).launch(assignment(), events: EventLog()) }
      #expect(await LauncherPlace.eventually(within: 30) { (try? await emulator.record().instances.count) == 1 })
      try await emulator.end(try #require(try await emulator.record().instances.first).id)
      let trouble = await #expect(throws: RunTrouble.self) { try await run.value }
      #expect(trouble?.finding.code.rawValue == "aws.machine-ended")
      #expect(trouble?.finding.message.contains("i-") == true && desk.allClosed)
    }
  }

  @Test(.enabled(if: TestAll.isOn, "starts the AWS command line often: make test-all runs it"))
  func `an instance whose start was carried out but not answered is terminated, too`() async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      try await emulator.refuse("RunInstances", nil, times: 9)
      let trouble = await #expect(throws: RunTrouble.self) {
        try await launcher(emulator, StandInDesk(.reports(after: 0))).launch(assignment(), events: EventLog())
      }
      #expect(trouble?.finding.code.rawValue == "aws.unreachable", "\(String(describing: trouble))")
      let started = try await emulator.record().instances
      #expect(!started.isEmpty)
      #expect(try await emulator.isEmpty())
    }
  }

  @Test
  func `a start that was carried out and answered with trouble is one instance, and one with the same name another`()
    async throws
  {
    try await AWSEmulator.running(boots: false) { emulator in
      try await emulator.refuse("RunInstances", "after: InternalError")
      // As a step of a drill is begun again after a server's death.
      for _ in 1...2 {
        let report = try await launcher(emulator, StandInDesk(.reports(after: 0))).launch(
          assignment(), events: EventLog())
        #expect(report.verdict == .passed)
      }
      let record = try await emulator.record()
      #expect(record.calls.count { $0 == "RunInstances" } == 3 && record.instances.count == 2)
      #expect(record.left.isEmpty)
    }
  }

  @Test func `an instance that AWS does not terminate is ended by the reaper as soon as AWS does, and the run says so`()
    async throws
  {
    try await AWSEmulator.running(boots: false) { emulator in
      try await emulator.refuse("TerminateInstances", "UnauthorizedOperation", times: 9)
      let log = EventLog()
      let launcher = try launcher(emulator, StandInDesk(.reports(after: 0)))
      #expect(try await launcher.launch(assignment(), events: log).verdict == .passed)
      #expect(log.logs.contains { $0.contains("tried every minute") && $0.contains("UnauthorizedOperation") })
      #expect(await launcher.reap(stateFolder: "") { _ in false }.first?.contains("UnauthorizedOperation") == true)
      #expect(try await emulator.record().left.count == 1)
      try await emulator.forgive()
      #expect(await launcher.reap(stateFolder: "") { _ in false } == [])
      #expect(try await emulator.record().left.isEmpty)
    }
  }

  @Test(.enabled(if: TestAll.isOn, "starts the AWS command line often: make test-all runs it"))
  func `a cancelled run asks its worker to end, and its machine is terminated`() async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      let desk = StandInDesk(.reports(after: 600))
      let run = Task { try await launcher(emulator, desk).launch(assignment(), events: EventLog()) }
      #expect(await LauncherPlace.eventually(within: 30) { (try? await emulator.record().instances.count) == 1 })
      run.cancel()
      _ = await run.result
      #expect(desk.wasCancelled && desk.allClosed)
      let isEmpty = try await emulator.isEmpty()
      #expect(isEmpty)
    }
  }

  @Test func `the reaper ends what runs have left, and touches no run that goes on and no other server's`() async throws
  {
    try await AWSEmulator.running(boots: false) { emulator in
      for (run, server) in [("run-1", "server1"), ("run-2", "server1"), ("run-3", "server2")] {
        try await emulator.plant(run: run, server: server, deadline: Date(timeIntervalSinceNow: 600))
      }
      try await emulator.plant(run: "run-1", server: "server1", deadline: Date(timeIntervalSinceNow: -1))
      let launcher = try launcher(emulator, StandInDesk(.staysAway))
      #expect(await launcher.reap(stateFolder: "") { $0 == "run-1" } == [])
      let left = try await emulator.record().instances.filter { $0.state == "running" }
      #expect(Set(left.map { $0.tags["proofback-run"] }) == ["run-1", "run-3"] && left.count == 2)
      try await emulator.refuse("DescribeInstances", "UnauthorizedOperation", times: 9)
      let problems = await launcher.reap(stateFolder: "") { _ in false }
      #expect(problems.count == 1 && problems[0].contains("UnauthorizedOperation"))
    }
  }

  @Test(.enabled(if: TestAll.isOn && DockerEngine.canRun, "boots a machine: make test-all runs it"))
  func `an instance ends itself at its deadline, whatever it waits for, and asks nobody`() async throws {
    try await AWSEmulator.running(boots: true) { emulator in
      // Nothing listens there: curl tries for minutes.
      let ticket = WorkerTicket(
        runID: "run-1", token: "t", server: "https://127.0.0.1:1", certificateSHA256: "ab", programPath: "/p",
        programSHA256: "cd", deadline: Date())
      let script = UserData.script(ticket, seconds: 5, packages: [])
      try await emulator.plant(run: "run-1", server: "s", deadline: Date(), userData: script)
      #expect(await LauncherPlace.eventually(within: 60) { (try? await emulator.processes().isEmpty) == false })
      #expect(try await emulator.isEmpty(within: 60))
    }
  }

  @Test func `a region that AWS has not got is told from one that can't be reached`() async {
    let lost = AWSError(operation: "ec2 run-instances", region: "eu-mars-1", code: nil, message: "no route", exit: 255)
    func cause(_ error: AWSError, _ known: Set<String>) async -> String {
      await AWSRegions.explained(error) { known.contains($0) }.finding.code.rawValue
    }
    #expect(await cause(lost, ["ec2.us-east-1.amazonaws.com"]) == "aws.no-region")
    #expect(await cause(lost, []) == "aws.unreachable")
    #expect(await cause(lost, ["ec2.us-east-1.amazonaws.com", "ec2.eu-mars-1.amazonaws.com"]) == "aws.unreachable")
    let nobody = AWSError(operation: "o", region: "eu-mars-1", code: nil, message: "no credentials", exit: 253)
    #expect(await cause(nobody, ["ec2.us-east-1.amazonaws.com"]) == "aws.no-credentials")
  }

  @Test func `nothing secret stands in an argument, and the token in no file that is left`() throws {
    let ticket = WorkerTicket(
      runID: "run-1", token: "it's'; reboot #", server: "https://h:1", certificateSHA256: "ab", programPath: "/p",
      programSHA256: "cd", deadline: Date())
    let script = UserData.script(ticket, seconds: 99.5, packages: ["zstd"])
    #expect(script.contains("\nPROOFBACK_TOKEN='it'\\''s'\\''; reboot #'\n"), "\(script)")
    let lines = script.split(separator: "\n")
    #expect(lines[0] == "#!/bin/bash" && lines[2].contains("sleep 100; shutdown -h now"))
    #expect(lines.last { $0.contains("/proofback\" worker") }?.contains("reboot") == false)
  }
}
