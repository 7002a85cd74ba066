/// What a run will take by its object's size and by an earlier proven run of the same restore test. Memory is what the
/// sandbox is given: a DBMS takes what there is.
public struct RunExpectation: Sendable, Equatable {
  /// An earlier proven run of the same restore test.
  public struct Past: Sendable, Equatable {
    /// Of the file.
    public var fileBytes: UInt64
    /// Of the rows as they were read back.
    public var restoredBytes: UInt64
    /// That it was allowed: it took no more.
    public var diskLimit: UInt64
    public var seconds: Double

    public init(fileBytes: UInt64, restoredBytes: UInt64, diskLimit: UInt64, seconds: Double) {
      self.fileBytes = fileBytes
      self.restoredBytes = restoredBytes
      self.diskLimit = diskLimit
      self.seconds = seconds
    }
  }

  private let limits: RunNeeds
  private let specification: RunSpecification
  /// Of the object that will be restored, as far as it is known.
  private let size: UInt64?
  private let past: Past?

  /// Indexes, logs and what is sorted come to the rows; a server has files of its own.
  private static let aroundRows = 3.0
  private static let ofServer = 2_000_000_000.0
  /// No dump that anybody showed us was packed more tightly.
  private static let tightest = 100.0

  public init(_ specification: RunSpecification, size: UInt64?, past: Past?) {
    limits = RunNeeds(specification)
    self.specification = specification
    self.size = size
    self.past = past.flatMap { $0.fileBytes > 0 ? $0 : nil }
  }

  /// How much larger the file is than that of the past was.
  private var growth: Double {
    guard let past, let size else { return 1 }
    return Double(size) / Double(past.fileBytes)
  }

  /// Never more than the run's limits: they end it.
  public var needs: RunNeeds {
    var needs = limits
    if let past {
      needs.diskBytes = bounded(Double(past.restoredBytes) * growth * Self.aroundRows)
      needs.seconds = min(limits.seconds, past.seconds * growth * 2 + 60 + (specification.keepSeconds ?? 0))
      needs.basis = "the last proven run (\(Quantity.text(bytes: past.fileBytes))"
      needs.basis += size.map { ") and the file's \(Quantity.text(bytes: $0))" } ?? ")"
    } else if let size {
      needs.diskBytes = bounded(Double(size) * Self.tightest)
      needs.basis = "the file's \(Quantity.text(bytes: size)) and the run's limits"
    }
    return needs
  }

  private func bounded(_ bytes: Double) -> UInt64 {
    UInt64(min(Double(limits.diskBytes), bytes + Self.ofServer))
  }

  /// Why it can't be carried out within its limits; nil: it may be. Only what is plain counts: a run that was refused by
  /// mistake proves nothing.
  public var refusal: RunTrouble? {
    let allowed = Double(limits.diskBytes)
    // What came back took no more than its run was allowed; of text a quarter may be left in a database.
    let least = past.map { Double(min($0.restoredBytes, $0.diskLimit)) * growth / 2 } ?? Double(size ?? 0) / 4
    if least > allowed {
      return RunTrouble(
        PreflightFindings.tooLarge,
        "at least \(Quantity.text(bytes: UInt64(least))) of disk are needed, and the run may take \(Quantity.text(bytes: limits.diskBytes))",
        evidence: figures)
    }
    guard let past else { return nil }
    let seconds = past.seconds * growth
    guard seconds > specification.limits.seconds * 1.5 else { return nil }
    return RunTrouble(
      PreflightFindings.tooLong,
      "about \(Quantity.text(seconds: seconds)) are needed, and the run may take \(Quantity.text(seconds: specification.limits.seconds))",
      evidence: figures)
  }

  private var figures: [String] {
    var lines = size.map { ["the file has \(Quantity.text(bytes: $0))"] } ?? []
    if let past {
      lines.append(
        "the last proven run: \(Quantity.text(bytes: past.fileBytes)), restored \(Quantity.text(bytes: past.restoredBytes)) in \(Quantity.text(seconds: past.seconds))"
      )
    }
    return lines
  }
}
