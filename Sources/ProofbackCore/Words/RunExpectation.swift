/// What a run will take by its object's size and head, and by an earlier proven run of the same restore test. Memory is what
/// the sandbox is given: a DBMS takes what there is.
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
    /// Around the backup, from the outside in; nil: not known.
    public var layers: [String]?

    public init(
      fileBytes: UInt64, restoredBytes: UInt64, diskLimit: UInt64, seconds: Double, layers: [String]? = nil
    ) {
      self.fileBytes = fileBytes
      self.restoredBytes = restoredBytes
      self.diskLimit = diskLimit
      self.seconds = seconds
      self.layers = layers
    }

    /// Whether the file was packed otherwise than one with `head` is: then its size says nothing of the other's.
    func isPackedOtherwise(than head: BackupHead?) -> Bool {
      guard let layers else { return false }
      return switch head?.packing {
      case .text: !layers.isEmpty
      case .layer(let name, _): layers.first != name
      case .unknown, nil: false
      }
    }
  }

  private let limits: RunNeeds
  private let specification: RunSpecification
  /// Of the object that will be restored, as far as it is known.
  private let size: UInt64?
  private let unpacked: UnpackedSize?
  private let past: Past?
  /// One that says nothing, since its file was packed otherwise.
  private let other: Past?

  /// Indexes, logs and what is sorted come to the rows; a server has files of its own.
  private static let aroundRows = 3.0
  private static let ofServer = 2_000_000_000.0
  /// Of text without a past: narrow rows grow most. Measured with a million rows and their indexes: in PostgreSQL 15 pairs of
  /// integers take 6.9 times their dump, single ones 5.3, names and addresses 1.9; in MariaDB 10.11 4.0, 4.2 and 1.9. The
  /// worst that was found, two digits with two indexes in PostgreSQL, take 12.5; nobody can enlarge the disk of a run whose
  /// content was taken for smaller than it is, and a larger one costs little.
  private static let aroundContent = 20.0

  public init(_ specification: RunSpecification, size: UInt64?, head: BackupHead? = nil, past: Past?) {
    limits = RunNeeds(specification)
    self.specification = specification
    self.size = size
    unpacked = size.map { UnpackedSize(ofFile: $0, head) }
    let known = past.flatMap { $0.fileBytes > 0 ? $0 : nil }
    let tells = known?.isPackedOtherwise(than: head) == false
    (self.past, other) = tells ? (known, nil) : (nil, known)
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
    } else if let size, let unpacked {
      let most = unpacked.expected.map { Double($0) * Self.aroundContent } ?? Double(size) * UnpackedSize.tightest
      needs.diskBytes = bounded(most)
      needs.basis = "the file's \(Quantity.text(bytes: size))" + (unpacked.words.map { ", \($0)" } ?? "")
      if unpacked.expected == nil { needs.basis += (unpacked.words == nil ? "" : ",") + " and the run's limits" }
      if let layers = other?.layers {
        needs.basis +=
          " (the last proven run's was \(layers.isEmpty ? "in no packing" : layers.joined(separator: ", ")))"
      }
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
    // What came back took no more than its run was allowed.
    let least =
      past.map { Double(min($0.restoredBytes, $0.diskLimit)) * growth / 2 } ?? Double(unpacked?.leastKept ?? 0)
    if least > allowed {
      return RunTrouble(
        PreflightFindings.tooLarge,
        "at least \(Quantity.text(bytes: UInt64(least))) of disk are needed, and the run may take \(Quantity.text(bytes: limits.diskBytes))",
        evidence: figures + (past == nil ? [unpacked?.leastWords].compactMap(\.self) : []))
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
    if past == nil, let words = unpacked?.words { lines.append("it is \(words)") }
    if let past {
      lines.append(
        "the last proven run: \(Quantity.text(bytes: past.fileBytes)), restored \(Quantity.text(bytes: past.restoredBytes)) in \(Quantity.text(seconds: past.seconds))"
      )
    }
    return lines
  }
}
