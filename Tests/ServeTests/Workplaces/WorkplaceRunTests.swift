import Foundation
import ProofbackTestSupport
import Testing

/// Whole runs on machines that exist for them: launched, fetched from a bucket, decrypted, restored, read back, reported,
/// and gone. Nobody tells the emulator what was launched: it finds out from moto's record.
@Suite(.serialized, .enabled(if: DockerEngine.canRun, "\(DockerEngine.whyNot)"))
struct WorkplaceRunTests {
  /// Both kinds of workplaces, with machines behind them.
  private func workplaces(_ kit: WorkplaceKit, sts: String) async throws -> [String] {
    let cluster = try await kit.emulator.cluster("proofback")
    let image = try await DockerEngine.running().image("everything")
    return [
      try await kit.workplace(
        "ec2", ["regions": AWSEmulator.region, "image": AWSEmulator.image, "sts": sts]),
      try await kit.workplace(
        "ecs",
        [
          "region": AWSEmulator.region, "cluster": "proofback", "image": image,
          "subnets": cluster.subnet, "securityGroups": cluster.group, "sts": sts,
        ]),
    ]
  }

  /// A server, a bucket and machines.
  private func running(_ body: (WorkplaceKit, [String: any Sendable], [String]) async throws -> Void) async throws {
    try await AWSEmulator.running(boots: true) { emulator in
      try await S3Server.running { service in
        let kit = try await WorkplaceKit(emulator)
        try await body(kit, try await kit.bucket(service), try await workplaces(kit, sts: service.endpoint))
      }
    }
  }

  private func start(
    _ kit: WorkplaceKit, _ form: [String: any Sendable], in workplace: String
  ) async throws -> String {
    let run = try await kit.user.post("/runs", form.merging(["workplace": workplace]) { $1 })
    #expect(run.status == 201, "\(run.text)")
    return run.id
  }

  /// Fargate's tasks: plain containers that share a network.
  private func fargate(_ kit: WorkplaceKit) async throws -> String {
    let cluster = try await kit.emulator.cluster("plain")
    return try await kit.workplace(
      "ecs",
      [
        "region": AWSEmulator.region, "cluster": "plain", "capacity": "fargate",
        "image": try await DockerEngine.running().image("everything"),
        "databaseImage": try await DockerEngine.running().image("mariadb-10.11"), "subnets": cluster.subnet,
        "securityGroups": cluster.group, "logGroup": "/proofback",
      ], name: "plain containers")
  }

  private struct Trip {
    var form: [String: any Sendable]
    var workplace: String
    /// What the report says of the machine.
    var said: String
    var isBucket = false
  }

  @Test
  func
    `backups in a bucket and behind SSH are proven on an instance of EC2 and in a task on Fargate, which are then gone`()
    async throws
  {
    try await running { kit, bucket, workplaces in
      try await SSHServer.running { sshd in
        let host = try await kit.host(sshd)
        let runs = try await prove(
          kit,
          Trip(
            form: bucket, workplace: workplaces[0], said: "carried out on t3.medium in eu-central-1, i-", isBucket: true
          ),
          Trip(
            form: host.merging(["sandbox": "sidecar"]) { $1 }, workplace: try await fargate(kit),
            said: "on Fargate, beside containers of the image"))
        let record = try await kit.emulator.record()
        #expect(record.instances.map { $0.tags["proofback-run"] } == ["run-\(runs[0])"])
        #expect(record.tasks.map { $0.tags["proofback-run"] } == ["run-\(runs[1])"])
      }
    }
  }

  @Test(.enabled(if: TestAll.isOn, "waits for machines: make test-all runs it"))
  func `so are they the other way round, with the task on a cluster's own instances`() async throws {
    try await running { kit, bucket, workplaces in
      try await SSHServer.running { sshd in
        _ = try await prove(
          kit, Trip(form: bucket, workplace: workplaces[1], said: "carried out as task ", isBucket: true),
          Trip(
            form: try await kit.host(sshd), workplace: workplaces[0],
            said: "carried out on t3.medium in eu-central-1, i-"),
          Trip(
            form: bucket.merging(["sandbox": "sidecar"]) { $1 }, workplace: workplaces[1],
            said: "on an instance of the cluster, beside containers of the image", isBucket: true))
      }
    }
  }

  /// All at once.
  private func prove(_ kit: WorkplaceKit, _ trips: Trip...) async throws -> [String] {
    var runs: [String] = []
    for trip in trips { runs.append(try await start(kit, trip.form, in: trip.workplace)) }
    let machine = try await kit.emulator.worker(within: 400)
    #expect(machine.contains("proofback worker --server https://"), "found inside a container: \(machine)")
    for (run, trip) in zip(runs, trips) {
      let ended = try await kit.ended(run)
      let story = await kit.story(run)
      #expect(ended.json["verdict"] as? String == "passed", "\(ended.text)\n\(story)")
      let report = try await kit.user.get("/runs/\(run)/report").text
      #expect(report.contains("\"planets\"") && report.contains(trip.said), "\(report)")
      // The bucket's worker had a key to its object alone, with which all of it was read.
      #expect(report.contains("aws.key-narrowed") == trip.isBucket)
      #expect(report.contains("gpg, which does not say what it unpacks to, and the run") == trip.isBucket)
      for secret in [WorkplaceKit.passphrase, S3Server.secret, "proofback_worker_"] {
        #expect(!story.contains(secret))
      }
    }
    #expect(try await kit.emulator.isEmpty())
    return runs
  }

  /// Plain containers that share a network, which a restore test has to agree to.
  @Test(.enabled(if: TestAll.isOn, "waits for machines: make test-all runs it"))
  func
    `a backup in a bucket is proven on Fargate, in a container beside the worker's, when its restore test chose that`()
    async throws
  {
    try await running { kit, bucket, _ in
      let workplace = try await fargate(kit)
      let refused = try await kit.ended(try await start(kit, bucket, in: workplace))
      #expect(refused.json["cause"] as? String == "aws.sidecar-not-chosen", "\(refused.text)")
      #expect(try await kit.emulator.record().tasks.isEmpty)

      let run = try await start(kit, bucket.merging(["sandbox": "sidecar"]) { $1 }, in: workplace)
      _ = try await kit.emulator.worker(within: 400)
      let ended = try await kit.ended(run)
      let story = await kit.story(run)
      #expect(ended.json["verdict"] as? String == "passed", "\(ended.text)\n\(story)")
      let report = try await kit.user.get("/runs/\(run)/report").text
      for part in [
        "\"planets\"", "sandbox.shared-network", "on Fargate, beside containers of the image", "\"sidecar\"",
      ] {
        #expect(report.contains(part), "\(part): \(report)")
      }
      for secret in [WorkplaceKit.passphrase, S3Server.secret, "proofback_worker_"] { #expect(!story.contains(secret)) }
      #expect(try await kit.emulator.isEmpty())

      let killed = try await start(kit, bucket.merging(["sandbox": "sidecar"]) { $1 }, in: workplace)
      _ = try await kit.emulator.worker(within: 400)
      try await kit.emulator.kill("proofback worker --server")
      #expect(try await kit.ended(killed).json["cause"] as? String == "aws.machine-ended")
      let said = await kit.story(killed)
      #expect(said.contains("it said: proofback: the worker ended with 137"), "\(said)")
      #expect(try await kit.emulator.isEmpty())
    }
  }

  @Test(.enabled(if: TestAll.isOn, "waits for machines: make test-all runs it"))
  func `a worker that is killed ends its machine and the run, which says why`() async throws {
    try await running { kit, form, workplaces in
      for (index, workplace) in workplaces.enumerated() {
        let run = try await start(kit, form, in: workplace)
        _ = try await kit.emulator.worker(within: 400)
        try await kit.emulator.kill("proofback worker --server")
        let ended = try await kit.ended(run)
        // By the instance's console; the task keeps no logs.
        let story = await kit.story(run)
        #expect(story.contains("proofback: the worker ended with 137") == (index == 0), "\(story)")
        #expect(!story.contains("Stopped target"))
        #expect(ended.json["verdict"] as? String == "inconclusive", "\(ended.text)")
        #expect(ended.json["cause"] as? String == "aws.machine-ended", "\(ended.text)")
        #expect(try await kit.emulator.isEmpty())
      }
    }
  }

  @Test(.enabled(if: TestAll.isOn, "waits for the silence of a server: make test-all runs it"))
  func `what a server that was killed has left is ended by the next, and its runs are tried again`() async throws {
    try await running { kit, form, workplaces in
      var runs: [String] = []
      for workplace in workplaces { runs.append(try await start(kit, form, in: workplace)) }
      _ = try await kit.emulator.worker(within: 400)
      kit.serve.kill()
      try await kit.restart()
      for run in runs {
        let ended = try await kit.ended(run)
        #expect(ended.json["cause"] as? String == "run.interrupted", "\(ended.text)")
        let again = try #require(ended.json["again"] as? String)
        let story = await kit.story(again)
        #expect(try await kit.ended(again).json["verdict"] as? String == "passed", "\(story)")
      }
      #expect(try await kit.emulator.isEmpty(within: 150))
      #expect(try await kit.emulator.record().instances.count == 2)
    }
  }

  @Test(.enabled(if: TestAll.isOn, "waits for machines: make test-all runs it"))
  func `a cancelled run and a server that ends leave no machine`() async throws {
    try await running { kit, form, workplaces in
      let cancelled = try await start(kit, form, in: workplaces[0])
      _ = try await kit.emulator.worker(within: 400)
      #expect(try await kit.user.post("/runs/\(cancelled)/cancel").status < 300)
      #expect(try await kit.ended(cancelled).json["verdict"] as? String == "inconclusive")
      #expect(try await kit.emulator.isEmpty())
      _ = try await start(kit, form, in: workplaces[1])
      _ = try await kit.emulator.worker(within: 400)
      #expect(kit.serve.stop() == 0)
      #expect(try await kit.emulator.isEmpty())
    }
  }
}
