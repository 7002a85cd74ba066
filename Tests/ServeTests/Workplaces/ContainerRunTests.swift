import Foundation
import ProofbackTestSupport
import Testing

/// Whole runs in a container on an instance of EC2, which has Docker and nothing else: Docker is started there, the image is pulled
/// from a registry, and the worker fetched into it.
@Suite(
  .serialized, .enabled(if: TestAll.isOn, "waits for machines: make test-all runs it"),
  .enabled(if: DockerEngine.canRun && ImageRegistry.canRun, "SKIPPED: no Docker Engine or registry can run here"))
struct ContainerRunTests {
  private func running(
    _ body: (WorkplaceKit, S3Server, [String: any Sendable], ImageRegistry) async throws -> Void
  ) async throws {
    try await ImageRegistry.running { registry in
      try await AWSEmulator.running(boots: true, recipe: "docker-machine") { emulator in
        try await S3Server.running { service in
          let kit = try await WorkplaceKit(emulator)
          try await body(kit, service, try await kit.bucket(service), registry)
        }
      }
    }
  }

  private func start(
    _ kit: WorkplaceKit, _ form: [String: any Sendable], image: String, sts: String
  ) async throws -> String {
    let place = try await kit.workplace(
      "ec2",
      ["regions": AWSEmulator.region, "image": AWSEmulator.image, "sts": sts, "containerImage": image])
    let run = try await kit.user.post("/runs", form.merging(["workplace": place]) { $1 })
    #expect(run.status == 201, "\(run.text)")
    return run.id
  }

  @Test
  func `a backup in a bucket is proven in a container on an instance, and the token is nowhere but in its memory`()
    async throws
  {
    try await running { kit, service, form, registry in
      let image = try await registry.pushWorker("everything")
      #expect(image.contains("@sha256:"))
      let run = try await start(kit, form, image: image, sts: service.endpoint)
      let machine = try await kit.emulator.worker(within: 540)
      let story = await kit.story(run)
      #expect(machine.contains("proofback worker --server https://"), "\(machine)\n\(story)")
      #expect(try await !kit.emulator.processes().contains { $0.contains("proofback_worker_") })
      let instance = try #require(try await kit.emulator.record().instances.first).id
      async let kept = keptOfContainers(instance)
      let ended = try await kit.ended(run)
      let looks = await kept
      #expect(!looks.isEmpty && looks.allSatisfy { !$0.contains("the token") }, "\(looks)")
      let told = await kit.story(run)
      #expect(ended.json["verdict"] as? String == "passed", "\(ended.text)\n\(told)")
      let report = try await kit.user.get("/runs/\(run)/report").text
      for part in ["\"planets\"", "aws.key-narrowed", "carried out on t3.medium", "the worker in a container of "] {
        #expect(report.contains(part), "\(part): \(report)")
      }
      #expect(try await kit.emulator.isEmpty())
    }
  }

  /// What the instance's Docker keeps of its containers, and whether the token is in it, again and again until the instance
  /// has ended.
  private func keptOfContainers(_ instance: String) async -> [String] {
    let command =
      "cd /var/lib/docker/containers && ls | grep . && if grep -rl proofback_worker_ .; then echo the token; fi"
    var looks: [String] = []
    while let looked = try? await DockerEngine.docker(["exec", "emulator-\(instance)", "sh", "-c", command]),
      looked.errorText.firstMatch(of: /No such container|is not running/) == nil
    {
      if looked.end.isSuccess { looks.append(looked.text) }
      try? await Task.sleep(for: .milliseconds(300))
    }
    return looks
  }

  @Test func `an image that the registry has not got ends the instance and the run, which says so`() async throws {
    try await running { kit, service, form, registry in
      let image = "\(registry.name)/team/none:1"
      let run = try await start(kit, form, image: image, sts: service.endpoint)
      let ended = try await kit.ended(run)
      #expect(ended.json["verdict"] as? String == "inconclusive", "\(ended.text)")
      let told = await kit.story(run)
      #expect(ended.json["cause"] as? String == "aws.no-container", "\(ended.text)\n\(told)")
      let findings = try await kit.user.get("/runs/\(run)/findings").json["items"] as? [[String: Any]]
      let cause = try #require(findings?.first { $0["code"] as? String == "aws.no-container" })
      let message = cause["message"] as? String ?? ""
      #expect(message.hasSuffix("in a container of \(image): the image can't be pulled"), "\(message)")
      let evidence = (cause["evidence"] as? [String] ?? []).joined(separator: "\n")
      #expect(evidence.contains("manifest unknown") && !evidence.contains("Stopped target"), "\(evidence)")
      #expect(evidence.hasSuffix("proofback: the instance shuts down"), "\(evidence)")
      #expect(try await kit.emulator.isEmpty())
      #expect(try await kit.emulator.record().instances.map(\.state) == ["terminated"])
    }
  }
}
