import Foundation
import ProofbackCore
import ProofbackTestSupport
import Testing

@testable import ProofbackLaunchers

/// What a worker elsewhere is given instead of a stored key. The other side is moto's STS.
@Suite struct NarrowKeysTests {
  private static let reach = BucketReach(
    bucket: "nights", region: "eu-central-1", isAmazons: false, key: "db1/shop*.sql.gz", isOneObject: true)

  private func assignment(_ key: String = "\(S3Server.key):\(S3Server.secret)") -> Assignment {
    var secrets = RunSecrets()
    secrets.cloudKey = NamedSecret(name: "cloud", content: Data(key.utf8))
    secrets.passphrase = NamedSecret(name: "pass", content: Data("another secret".utf8))
    return Assignment(
      specification: RunSpecification(runID: "run-1", location: "s3://nights/k", stateFolder: "/nowhere"),
      secrets: secrets)
  }

  private func narrowed(
    _ options: [String: String], _ assignment: Assignment, _ reach: BucketReach? = reach, wasSeen: Bool = true
  ) async throws -> (key: CloudKey, finding: Finding) {
    let (given, finding) = try await NarrowKeys(options).narrowed(
      assignment, reach: reach, seconds: 5400, wasSeen: wasSeen)
    #expect(given.secrets.passphrase?.content == assignment.secrets.passphrase?.content)
    return (try CloudKey(#require(given.secrets.cloudKey).content), try #require(finding))
  }

  @Test func `a policy opens one object, its proof and nothing else, whatever characters its key has`() throws {
    let text = try SessionPolicy(Self.reach, tellsMissing: false).text
    #expect(
      text == """
        {"Statement":[\
        {"Action":["s3:GetObject","s3:GetObjectVersion"],"Effect":"Allow",\
        "Resource":["arn:aws:s3:::nights/db1/shop${*}.sql.gz","arn:aws:s3:::nights/db1/shop${*}.sql.gz.proof.json"]},\
        {"Action":["s3:ListBucket"],"Condition":{"StringLike":{"s3:prefix":["db1/shop${*}.sql.gz/"]}},"Effect":"Allow",\
        "Resource":["arn:aws:s3:::nights"]},\
        {"Action":["kms:Decrypt"],"Condition":{"StringEquals":{"kms:ViaService":["s3.eu-central-1.amazonaws.com"]}},\
        "Effect":"Allow","Resource":["*"]}],"Version":"2012-10-17"}
        """)
    var folder = Self.reach
    (folder.key, folder.isOneObject, folder.region) = ("db1/shop-", false, "cn-north-1")
    let wide = try SessionPolicy(folder, tellsMissing: true).text
    #expect(wide.contains("[\"arn:aws-cn:s3:::nights/db1/shop-*\"]"))
    #expect(wide.contains("\"StringLikeIfExists\":{\"s3:prefix\":[\"db1/shop-*\"]}"))
  }

  @Test func `a key is asked for with the stored key, for as long as the run may last, by federation or by a role`()
    async throws
  {
    try await S3Server.running { service in
      let sts = ["sts": service.endpoint]
      let federated = try await narrowed(sts, assignment())
      #expect(federated.key.id != S3Server.key && federated.key.secret != S3Server.secret && federated.key.token != nil)
      #expect(federated.finding.code.rawValue == "aws.key-narrowed")
      #expect(federated.finding.message == "the worker was given a key to nights/db1/shop*.sql.gz alone")
      let role = "arn:aws:iam::123456789012:role/backups-read"
      let assumed = try await narrowed(sts.merging(["bucketRole": role]) { $1 }, assignment())
      #expect(assumed.key.token != nil && assumed.finding.code.rawValue == "aws.key-narrowed")
      #expect(federated.finding.evidence.isEmpty && assumed.finding.evidence.isEmpty)
      let short = "arn:aws:iam::123456789012:role/an-hour"
      let brief = try await narrowed(sts.merging(["bucketRole": short]) { $1 }, assignment())
      #expect(brief.key.token != nil)
      #expect(brief.finding.evidence == ["it lasts 1 h, and the run may last 1 h 30 min"])
      let asked = try await service.sessions().prefix(2)
      #expect(asked.map { $0["Action"] } == ["GetFederationToken", "AssumeRole"])
      #expect(asked.allSatisfy { $0["DurationSeconds"] == "5400" }, "\(asked)")
      #expect(asked[1]["RoleArn"] == role)
    }
  }

  @Test func `a key that was to be narrowed and was not stays here, and the run says why`() async throws {
    try await S3Server.running { service in
      try await service.refuseFederation()
      for (endpoint, canRetry) in [(service.endpoint, false), ("https://127.0.0.1:1", true)] {
        let trouble = await #expect(throws: RunTrouble.self) { try await narrowed(["sts": endpoint], assignment()) }
        #expect(trouble?.finding.code.rawValue == "aws.no-narrow-key" && trouble?.canRetry == canRetry)
        #expect(trouble?.finding.evidence.isEmpty == false)
      }
    }
  }

  @Test func `where nobody narrows a key it goes as it is, and the run says so`() async throws {
    let other = try await narrowed([:], assignment())
    #expect(other.key.secret == S3Server.secret && other.finding.code.rawValue == "aws.key-whole")
    #expect(other.finding.evidence == ["the bucket is not Amazon's, and the workplace names no STS for it"])
    let repository = try await narrowed(["sts": "https://127.0.0.1:1"], assignment(), nil)
    #expect(repository.finding.code.rawValue == "aws.key-whole")
    try await S3Server.running { service in
      let sts = ["sts": service.endpoint, "wholeKeys": "yes"]
      let session = "aws_access_key_id = AKIA12345678\naws_secret_access_key = 12345678\naws_session_token = t\n"
      let refused = try await narrowed(sts, assignment(session))
      #expect(refused.key.token == "t" && refused.finding.status == .warning)
      #expect(refused.finding.evidence == ["it is a session's, which AWS federates no further"])
      try await service.refuseFederation()
      let denied = try await narrowed(sts, assignment())
      #expect(denied.key.secret == S3Server.secret && denied.finding.code.rawValue == "aws.key-not-narrowed")
      #expect(denied.finding.evidence.first == "sts get-federation-token in eu-central-1: AccessDenied")
      var long = Self.reach
      long.key = String(repeating: "k", count: 1024)
      let tooLong = try await narrowed(sts, assignment(), long)
      #expect(tooLong.finding.evidence.first?.hasPrefix("its name is too long for a policy") == true)
      for one in [refused, denied, tooLong] {
        #expect(!"\(one.finding)".contains(S3Server.secret))
      }
    }
    let (none, nothing) = try await NarrowKeys([:]).narrowed(
      Assignment(
        specification: RunSpecification(runID: "r", location: "s3://b/k", stateFolder: ""), secrets: RunSecrets()),
      reach: Self.reach, seconds: 1, wasSeen: true)
    #expect(none.secrets.cloudKey == nil && nothing == nil)
  }
}
