import Foundation

/// The file that was tested.
public struct SourceObject: Sendable, Codable, Equatable {
  /// Name for people: the file's name without its folder.
  public var name: String
  /// Where it lies, in the source's own words.
  public var path: String
  public var size: UInt64?
  public var modified: Date?
  /// Of the bytes as fetched, lower-case hex; nil until all were read.
  public var sha256: String?
  /// How many files matched the pattern that this one was chosen by, as the newest; nil without a pattern.
  public var matches: Int?
  /// What the location itself calls this version of the content (S3); nil where it has no word for it.
  public var etag: String?

  public init(
    name: String, path: String, size: UInt64? = nil, modified: Date? = nil, sha256: String? = nil,
    matches: Int? = nil, etag: String? = nil
  ) {
    self.name = name
    self.path = path
    self.size = size
    self.modified = modified
    self.sha256 = sha256
    self.matches = matches
    self.etag = etag
  }
}

/// Which engine and DBMS a backup was restored with.
public struct EngineUsed: Sendable, Codable, Equatable {
  public var engine: String
  public var type: DatabaseType
  public var product: String
  public var version: String
  public init(engine: String, type: DatabaseType, product: String, version: String) {
    self.engine = engine
    self.type = type
    self.product = product
    self.version = version
  }
}

/// How the sandbox was closed and bounded in this run.
public struct SandboxUsed: Sendable, Codable, Equatable {
  public var kind: String
  /// Limit by limit, how it was enforced: `memory: cgroup v1, 2.0 GB`.
  public var limits: [String]
  /// Seconds from its making to the first statement that the DBMS in it answered.
  public var readySeconds: Double?
  public init(kind: String, limits: [String]) {
    self.kind = kind
    self.limits = limits
  }
}

/// The result of a run, as `--format json` prints it.
public struct RunReport: Sendable, Codable, Equatable {
  public var runID: String
  public var verdict: Verdict
  /// The code of the one cause; nil for a passed run.
  public var cause: FindingCode?
  /// The verdict in one sentence.
  public var sentence: String
  public var findings: [Finding]
  public var stages: [StageRecord]
  public var inventory: Inventory?
  public var engine: EngineUsed?
  public var sandbox: SandboxUsed?
  public var source: SourceObject?
  /// Layers of the file from the outside in, as found: `gpg`, `zstd`, `tar`.
  public var layers: [String]
  public var depth: Depth
  public var started: Date
  public var seconds: Double
  /// Of the machine that was started for it; nil: none, or it was none of a server's.
  public var cost: RunCost?

  public init(
    runID: String, verdict: Verdict, cause: FindingCode?, sentence: String, findings: [Finding],
    stages: [StageRecord], inventory: Inventory?, engine: EngineUsed?, sandbox: SandboxUsed?,
    source: SourceObject?, layers: [String], depth: Depth, started: Date, seconds: Double
  ) {
    self.runID = runID
    self.verdict = verdict
    self.cause = cause
    self.sentence = sentence
    self.findings = findings
    self.stages = stages
    self.inventory = inventory
    self.engine = engine
    self.sandbox = sandbox
    self.source = source
    self.layers = layers
    self.depth = depth
    self.started = started
    self.seconds = seconds
  }

  /// The finding that decided, for failed and inconclusive runs.
  public var causeFinding: Finding? { cause.flatMap { code in findings.first { $0.code == code } } }
}

extension RunReport {
  private enum CodingKeys: String, CodingKey {
    case runID, verdict, cause, sentence, findings, stages, inventory, engine, sandbox, source, layers, depth, started,
      seconds, cost
  }

  /// All keys are always there: what a run has not got is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(runID, forKey: .runID)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(cause, forKey: .cause)
    try container.encode(sentence, forKey: .sentence)
    try container.encode(findings, forKey: .findings)
    try container.encode(stages, forKey: .stages)
    try container.encode(inventory, forKey: .inventory)
    try container.encode(engine, forKey: .engine)
    try container.encode(sandbox, forKey: .sandbox)
    try container.encode(source, forKey: .source)
    try container.encode(layers, forKey: .layers)
    try container.encode(depth, forKey: .depth)
    try container.encode(started, forKey: .started)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(cost, forKey: .cost)
  }

  /// The report of a run that could not even begin.
  public static func notRun(_ specification: RunSpecification, because finding: Finding, started: Date) -> RunReport {
    RunReport(
      runID: specification.runID, verdict: .inconclusive, cause: finding.code,
      sentence: "could not tell: \(finding.message)", findings: [finding], stages: [], inventory: nil, engine: nil,
      sandbox: nil, source: nil, layers: [], depth: specification.depth, started: started,
      seconds: Date().timeIntervalSince(started))
  }
}

extension SourceObject {
  private enum CodingKeys: String, CodingKey { case name, path, size, modified, sha256, matches, etag }

  /// What is not known is null, not left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(path, forKey: .path)
    try container.encode(size, forKey: .size)
    try container.encode(modified, forKey: .modified)
    try container.encode(sha256, forKey: .sha256)
    try container.encode(matches, forKey: .matches)
    try container.encode(etag, forKey: .etag)
  }
}

extension SandboxUsed {
  private enum CodingKeys: String, CodingKey { case kind, limits, readySeconds }

  /// What is not known is null, not left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(limits, forKey: .limits)
    try container.encode(readySeconds, forKey: .readySeconds)
  }
}
