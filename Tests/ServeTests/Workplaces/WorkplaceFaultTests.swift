import Foundation
import ProofbackTestSupport
import Testing

/// What AWS refuses, as a person sees it on a server: the run's cause and its next step; and nothing is left. What goes wrong
/// once machines run is in WorkplaceRunTests, what the launchers make of each of AWS's codes in their own tests.
@Suite(.serialized, .enabled(if: TestAll.isOn, "starts the AWS command line often: make test-all runs it"))
struct WorkplaceFaultTests {
  private struct Fault {
    var code: String
    var cause: String
    /// More often than a launcher tries again, or tries other types.
    var times = 1
  }

  private static let instances = [
    Fault(code: "InsufficientInstanceCapacity", cause: "aws.no-capacity", times: 9),
    Fault(code: "VcpuLimitExceeded", cause: "aws.quota"),
    Fault(code: "RequestLimitExceeded", cause: "aws.throttled", times: 9),
    Fault(code: "AuthFailure", cause: "aws.credentials-refused"),
    Fault(code: "UnauthorizedOperation", cause: "aws.not-allowed"),
    Fault(code: "RequestExpired", cause: "aws.clock-skew"),
    Fault(code: "InvalidSubnetID.NotFound", cause: "aws.no-network"),
    Fault(code: "InvalidInstanceType", cause: "aws.no-instance-type", times: 9),
    Fault(code: "InternalError", cause: "aws.unavailable", times: 9),
  ]
  private static let tasks = [
    Fault(code: "no room: RESOURCE:CPU", cause: "aws.no-capacity"),
    Fault(code: "ClusterNotFoundException", cause: "aws.no-cluster"),
    Fault(code: "ThrottlingException", cause: "aws.throttled", times: 9),
    Fault(code: "UnrecognizedClientException", cause: "aws.credentials-refused"),
    Fault(code: "AccessDeniedException", cause: "aws.not-allowed"),
    Fault(code: "InvalidSignatureException: Signature expired: it is earlier than it was", cause: "aws.clock-skew"),
    Fault(code: "InvalidParameterException: Error retrieving subnet information for [s]", cause: "aws.no-network"),
    Fault(code: "ServerException", cause: "aws.unavailable", times: 9),
  ]

  private func running(
    _ body: (WorkplaceKit, [String: any Sendable]) async throws -> Void
  ) async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      try await S3Server.running { service in
        let kit = try await WorkplaceKit(emulator)
        try await body(kit, try await kit.bucket(service))
        #expect(try await emulator.isEmpty())
      }
    }
  }

  private func tell(
    _ faults: [Fault], of operation: String, _ kit: WorkplaceKit, _ form: [String: any Sendable]
  ) async throws {
    for fault in faults {
      try await kit.emulator.refuse(operation, fault.code, times: fault.times)
      let run = try await kit.user.post("/runs", form)
      let ended = try await kit.ended(run.id)
      #expect(ended.json["verdict"] as? String == "inconclusive", "\(fault.code): \(ended.text)")
      #expect(ended.json["cause"] as? String == fault.cause, "\(fault.code): \(ended.text)")
      #expect(ended.json["dollars"] == nil)
      let findings = try await kit.user.get("/runs/\(run.id)/findings").json["items"] as? [[String: Any]]
      let cause = try #require(findings?.first { $0["code"] as? String == fault.cause }, "\(fault.code)")
      #expect((cause["hint"] as? String)?.isEmpty == false)
      try await kit.emulator.forgive()
    }
  }

  @Test func `a run that EC2 refuses to start says why and what to do, and leaves no instance`() async throws {
    try await running { kit, form in
      let place = try await kit.workplace(
        "ec2", ["regions": AWSEmulator.region, "image": AWSEmulator.image, "types": "t3.medium m6i.large"])
      try await tell(Self.instances, of: "RunInstances", kit, form.merging(["workplace": place]) { $1 })
      #expect(try await kit.emulator.record().instances.isEmpty)
    }
  }

  @Test func `a run that ECS refuses to start says why and what to do, and leaves no task`() async throws {
    try await running { kit, form in
      let cluster = try await kit.emulator.cluster("proofback")
      let place = try await kit.workplace(
        "ecs",
        [
          "region": AWSEmulator.region, "cluster": "proofback", "image": "i:1", "subnets": cluster.subnet,
          "securityGroups": cluster.group,
        ])
      try await tell(Self.tasks, of: "RunTask", kit, form.merging(["workplace": place]) { $1 })
      #expect(try await kit.emulator.record().tasks.isEmpty)
    }
  }

  @Test func `machines that never boot are given up after ten minutes, and are gone`() async throws {
    try await running { kit, form in
      let cluster = try await kit.emulator.cluster("proofback")
      let instances = try await kit.workplace(
        "ec2", ["regions": AWSEmulator.region, "image": AWSEmulator.image, "types": "t3.medium"])
      let tasks = try await kit.workplace(
        "ecs",
        [
          "region": AWSEmulator.region, "cluster": "proofback", "image": "i:1", "subnets": cluster.subnet,
          "securityGroups": cluster.group,
        ], name: "tasks")
      let runs = [
        try await kit.user.post("/runs", form.merging(["workplace": instances]) { $1 }),
        try await kit.user.post("/runs", form.merging(["workplace": tasks]) { $1 }),
      ]
      for run in runs {
        let ended = try await kit.ended(run.id, within: 900)
        #expect(ended.json["verdict"] as? String == "inconclusive", "\(ended.text)")
        #expect(ended.json["cause"] as? String == "worker.not-come", "\(ended.text)")
      }
      let record = try await kit.emulator.record()
      #expect(record.instances.count == 1 && record.tasks.count == 1, "nothing else was tried")
    }
  }

  @Test func `an instance whose start nobody heard of is ended, and the run is told as unreachable`() async throws {
    try await running { kit, form in
      let place = try await kit.workplace(
        "ec2", ["regions": AWSEmulator.region, "image": AWSEmulator.image, "types": "t3.medium"])
      try await kit.emulator.refuse("RunInstances", nil, times: 9)
      let run = try await kit.user.post("/runs", form.merging(["workplace": place]) { $1 })
      #expect(try await kit.ended(run.id).json["cause"] as? String == "aws.unreachable")
      #expect(try await !kit.emulator.record().instances.isEmpty)
    }
  }
}
