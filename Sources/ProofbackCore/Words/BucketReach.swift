/// What a run reads of a bucket, for whoever narrows its key to that.
public struct BucketReach: Sendable, Equatable {
  public var bucket: String
  /// `eu-central-1`
  public var region: String
  /// Whether it is at Amazon's own service.
  public var isAmazons: Bool
  /// Of the object; of a folder with a pattern: what the keys begin with among which it chooses.
  public var key: String
  public var isOneObject: Bool
  /// Codes of what the service says to whoever asks with this key: a worker would hear the same.
  public var answers: [FindingCode]

  public init(
    bucket: String, region: String, isAmazons: Bool, key: String, isOneObject: Bool, answers: [FindingCode] = []
  ) {
    self.answers = answers
    self.bucket = bucket
    self.region = region
    self.isAmazons = isAmazons
    self.key = key
    self.isOneObject = isOneObject
  }

  /// Its key is a folder's, of which a pattern chooses.
  public mutating func narrow(toFolderWhoseNamesBeginWith beginning: String) {
    key = (key.isEmpty || key.hasSuffix("/") ? key : key + "/") + beginning
    isOneObject = false
  }
}
