import Foundation
import ProofbackTestSupport
import Testing

/// Backups in a real bucket that no machine is started for. Nothing boots: moto's record would show that one was asked for.
@Suite struct PreflightStoryTests {
  @Test func `what is missing, archived, forbidden, too old or no backup costs no machine, and each run says why`()
    async throws
  {
    try await AWSEmulator.running(boots: false) { emulator in
      try await S3Server.running { service in
        let kit = try await WorkplaceKit(emulator)
        let form = try await kit.bucket(service)
        try await service.put("nights/cold.sql", file: kit.serve.folder + "/good.sql", storage: "DEEP_ARCHIVE")
        try await Self.putUnrestorable(kit, service)
        let place = try await kit.workplace("ec2", ["regions": AWSEmulator.region, "image": AWSEmulator.image])
        let limited = try await kit.caller.post(
          "/credentials",
          ["name": "limited", "kind": "cloudKey", "accessKeyID": S3Server.limitedKey, "secret": S3Server.secret])
        func server(_ name: String, _ bucket: String, _ key: String) async throws -> String {
          let address = "s3://\(bucket)?endpoint=\(service.endpoint)&region=\(AWSEmulator.region)"
          return try await kit.caller.post("/servers", ["name": name, "address": address, "credential": key]).id
        }
        let forbidden = try await server("forbidden", "nights", limited.id)
        let nights = try await kit.caller.get("/servers/\(form["server"] ?? "")")
        let key = try #require(nights.json["credential"] as? String, "\(nights.text)")
        let nowhere = try await server("nowhere", "no-such-nights", key)
        let cases: [(more: [String: any Sendable], verdict: String, cause: String)] = [
          (["location": "gone.sql"], "failed", "location.missing-file"),
          (["location": "cold.sql"], "inconclusive", "s3.archived"),
          (["server": forbidden], "inconclusive", "location.denied"),
          (["server": nowhere], "failed", "s3.bucket-missing"),
          (["minSize": "1 GB"], "failed", "backup.too-small"),
          (["location": "page.sql"], "failed", "content.unknown"),
          (["location": "sealed.age"], "inconclusive", "decrypt.no-key-given"),
        ]
        for one in cases {
          var asked = form.merging(one.more) { $1 }.merging(["workplace": place]) { $1 }
          if one.cause == "decrypt.no-key-given" { asked["passphrase"] = nil }
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

  /// A web server's error page, and what nobody opens without a key.
  private static func putUnrestorable(_ kit: WorkplaceKit, _ service: S3Server) async throws {
    let (page, sealed) = (kit.serve.folder + "/page", kit.serve.folder + "/sealed")
    try "<!DOCTYPE html>\n<h1>503 Slow Down</h1>\n".write(toFile: page, atomically: true, encoding: .utf8)
    let made = try await Shell.run(
      """
      age-keygen -o "$1.key" 2> "$1.said"
      age -r "$(age-keygen -y "$1.key")" -o "$1" "$2"
      """, [sealed, kit.serve.folder + "/good.sql"])
    #expect(made.code == 0, "\(made.text)")
    try await service.put("nights/page.sql", file: page)
    try await service.put("nights/sealed.age", file: sealed)
  }
}
