public import ProofbackCore

extension S3SourceKind {
  /// Buckets as backup servers.
  public var server: BackupServerKind? {
    BackupServerKind(
      scheme: "s3", title: "Bucket (Amazon S3, MinIO and others)",
      parts: S3Location.parts,
      credential: .cloudKey, credentialName: "cloud key", takesAuthority: true, showsHostKeys: false, entrance: "/",
      letIn: [SourceFindings.noMatch.code])
  }
}

extension S3Location {
  /// How forms ask for a bucket.
  static let parts: [BackupServerKind.Part] = [
    .init("bucket", "Bucket", hint: "Its name alone: backups", isRequired: true),
    .init(
      "region", "Region", hint: "As the provider names it: eu-central-1. Empty: us-east-1, which MinIO takes too."),
    .init("endpoint", "Endpoint", hint: "Only for services other than Amazon's: https://minio.example.org:9000"),
    .init("style", "Style", hint: "Only for services that want the bucket in the host's name: host"),
  ]
}
