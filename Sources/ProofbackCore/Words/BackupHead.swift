/// What a backup's first bytes say of how it is packed: facts, and none of the bytes.
public struct BackupHead: Sendable, Equatable {
  public enum Packing: Sendable, Equatable {
    /// Text that an engine knows, in no packing.
    case text
    /// A layer, by its decoder's name.
    /// - Parameter states: bytes inside of the layer's first part, where it says so. More parts may follow.
    case layer(String, states: UInt64?)
    /// Anything else, which may be packed in itself: a tar, an archive of a DBMS's own.
    case unknown
  }

  public var packing: Packing
  /// What every run of the same specification and keys ends with, where these bytes alone make that certain.
  public var ends: FindingCode?

  public init(packing: Packing, ends: FindingCode? = nil) {
    self.packing = packing
    self.ends = ends
  }
}

/// What is seen of a backup without restoring it.
public struct BackupLook: Sendable {
  /// Of a run that went no further.
  public var report: RunReport
  /// Nil where the bytes were not looked at.
  public var head: BackupHead?

  public init(report: RunReport, head: BackupHead? = nil) {
    self.report = report
    self.head = head
  }

  /// Whether the report's cause is what the bytes themselves show.
  public var isDecidedByHead: Bool { head?.ends != nil && head?.ends == report.cause }
}
