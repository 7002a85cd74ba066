import Foundation
import ProofbackTestSupport
import Testing

/// Backups in a real bucket that no machine is started for. Nothing boots: moto's record would show that one was asked for.
@Suite struct PreflightStoryTests {
  @Test func `what is missing, archived, forbidden or too old costs no machine, and each run says why`() async throws {
    try await AWSEmulator.running(boots: false) { emulator in
      try await S3Server.running { service in
        let kit = try await WorkplaceKit(emulator)
        let form = try await kit.bucket(service)
        try await service.put("nights/cold.sql", file: kit.serve.folder + "/good.sql", storage: "DEEP_ARCHIVE")
        let place = try await kit.workplace("ec2", ["regions": AWSEmulator.region, "image": AWSEmulator.image])
        let limited = try await kit.caller.post(
          "/credentials",
          ["name": "limited", "kind": "cloudKey", "accessKeyID": S3Server.limitedKey, "secret": S3Server.secret])
        func server(_ name: String, _ bucket: String, _ key: String?) async throws -> String {
          var fields: [String: any Sendable] = [
            "name": name, "address": "s3://\(bucket)?endpoint=\(service.endpoint)&region=\(AWSEmulator.region)",
          ]
          fields["credential"] = key
          return try await kit.caller.post("/servers", fields).id
        }
        let forbidden = try await server("forbidden", "nights", limited.id)
        let nowhere = try await server("nowhere", "no-such-nights", nil)
        let cases: [(more: [String: any Sendable], verdict: String, cause: String)] = [
          (["location": "gone.sql"], "failed", "location.missing-file"),
          (["location": "cold.sql"], "inconclusive", "s3.archived"),
          (["server": forbidden], "inconclusive", "location.denied"),
          (["server": nowhere], "inconclusive", "s3.no-key"),
          (["minSize": "1 GB"], "failed", "backup.too-small"),
        ]
        for one in cases {
          let asked = form.merging(one.more) { $1 }.merging(["workplace": place]) { $1 }
          let run = try await kit.user.post("/runs", asked)
          #expect(run.status == 201, "\(run.text)")
          let ended = try await kit.ended(run.id)
          #expect(ended.json["verdict"] as? String == one.verdict, "\(one.cause): \(ended.text)")
          #expect(ended.json["cause"] as? String == one.cause, "\(ended.text)")
          #expect(ended.json["machine"] == nil)
          let report = try await kit.user.get("/runs/\(run.id)/report").text
          #expect(report.contains("preflight.no-machine"), "\(report)")
        }
        #expect(try await !emulator.record().calls.contains("RunInstances"))
      }
    }
  }
}
