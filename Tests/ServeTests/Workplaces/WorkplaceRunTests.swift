import Foundation
import ProofbackTestSupport
import Testing

/// Whole runs on machines that exist for them: launched, fetched from a bucket, decrypted, restored, read back, reported,
/// and gone.
@Suite(.serialized) struct WorkplaceRunTests {
  private static let ec2 = ["regions": AWSEmulator.region, "image": AWSEmulator.image]

  @Test(.enabled(if: DockerEngine.canRun, "\(DockerEngine.whyNot)"))
  func `a backup in a bucket is proven on an instance of EC2 that exists for the run`() async throws {
    try await AWSEmulator.running(boots: true) { emulator in
      try await S3Server.running { service in
        let kit = try await WorkplaceKit(emulator)
        var form = try await kit.bucket(service)
        form["workplace"] = try await kit.workplace("ec2", Self.ec2)
        let run = try await kit.user.post("/runs", form)
        #expect(run.status == 201, "\(run.text)")
        let machine = try await emulator.worker(within: 120)
        #expect(machine.contains("proofback worker --server https://"), "found inside its container: \(machine)")
        let ended = try await kit.ended(run.id)
        let story = await kit.story(run.id)
        #expect(ended.json["verdict"] as? String == "passed", "\(ended.text)\n\(story)")
        let report = try await kit.user.get("/runs/\(run.id)/report").text
        #expect(report.contains("\"planets\"") && report.contains("carried out on t3.medium in eu-central-1"))
        #expect(try await emulator.isEmpty())
        let record = try await emulator.record()
        #expect(record.instances.count == 1 && record.instances[0].tags["proofback-run"] == "run-\(run.id)")
      }
    }
  }
}
