import Foundation
import ProofbackCore
import Testing

@Suite struct BackupServerTests {
  private let bucket = BackupServerKind(
    scheme: "s3", title: "bucket",
    parts: [.init("bucket", "", hint: ""), .init("region", "", hint: ""), .init("endpoint", "", hint: "")],
    credential: .cloudKey, credentialName: "cloud key", showsHostKeys: false, entrance: "/", letIn: [])

  @Test func `an address is made of its parts and read back into them`() {
    let values = ["bucket": "nights", "endpoint": "https://a.example:9000", "region": "a&b=c d"]
    let address = bucket.address(values)
    #expect(address == "s3://nights?region=a%26b%3Dc%20d&endpoint=https://a.example:9000")
    #expect(bucket.values(of: address) == values)
    #expect(bucket.address(["bucket": " S3://nights ", "region": ""]) == "s3://nights")
  }

  @Test func `a path stands before the options of an address`() {
    #expect(BackupServer.location("/a b+?", at: "s3://n?region=x") == "s3://n/a%20b%2B%3F?region=x")
    #expect(BackupServer.location("~/x", at: "ssh://a@h:22") == "ssh://a@h:22/~/x")
  }

  @Test(arguments: [
    ([], true), (["nights"], true), (["h"], true), (["h/nights"], true), (["days"], false), (["h/days", "x"], false),
  ]) func `a credential is for the places that it is bound to`(_ hosts: [String], _ allowed: Bool) {
    let credential = Credential(
      id: "1", name: "n", kind: .cloudKey, description: "", hosts: hosts, created: Date(), createdBy: "1")
    let reading = LocationReading(host: "h", places: ["h/nights", "nights", "h"], path: "/", description: "")
    #expect(credential.isFor(reading) == allowed)
    #expect(credential.isFor(LocationReading(host: nil, path: "/", description: "")))
  }
}
