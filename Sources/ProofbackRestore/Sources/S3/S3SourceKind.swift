import ProofbackCore

/// Objects of a bucket, at Amazon or any other service that speaks S3, through curl.
public struct S3SourceKind: SourceKind {
  public let name = "s3"
  public let summary = "an object or folder in a bucket (Amazon S3, MinIO and others)"
  public let examples = [S3Location.example]

  public init() {}

  public func parse(_ location: String) throws -> (any Source)? {
    guard location.prefix(5).lowercased() == "s3://" else { return nil }
    return S3Source(location: try S3Location(location.dropFirst(5)))
  }
}
