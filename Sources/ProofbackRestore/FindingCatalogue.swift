public import ProofbackCore
import ProofbackSystem

/// All findings that there are: the table from cause to verdict, from which `docs/findings.md` is made.
public enum FindingCatalogue {
  public static let all: [FindingDefinition] = areas.flatMap(\.definitions)

  /// The areas in the order of the docs: title, definitions.
  public static let areas: [(title: String, definitions: [FindingDefinition])] = [
    ("The run", RunFindings.all + WorkerFindings.all + DrillFindings.all),
    ("The server", ServerFindings.all),
    ("Workers elsewhere", RemoteFindings.all),
    ("Locations", SourceFindings.all + WebFindings.all + S3Findings.all + HTTPSFindings.all + RcloneFindings.all),
    ("Repositories of restic and borg", RepositoryFindings.all),
    ("Decoding", DecodingFindings.all),
    ("Encryption", EncryptionFindings.all),
    ("Tar", TarFindings.all),
    ("The sandbox", SandboxFindings.all),
    ("The sandbox: Docker", DockerFindings.all),
    ("The sandbox: containers of one task", SidecarFindings.all),
    ("Every engine", CommonFindings.all + TextFindings.all + DigestFindings.all),
    ("Held against earlier runs", BaselineFindings.all),
    ("Held against the source (proof file)", ProofFindings.all),
    ("Checks of one's own", CheckFindings.all),
    ("MySQL and MariaDB", MySQLFindings.all),
    ("MySQL and MariaDB: physical backups", PhysicalFindings.all),
    ("MongoDB", MongoDBFindings.all),
    ("SQLite", SQLiteFindings.all),
    ("PostgreSQL", PostgreSQLFindings.all),
  ]

  private static let byCode = Dictionary(all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

  public static func definition(of code: FindingCode) -> FindingDefinition? { byCode[code] }

  /// Whether this finding says that not all of the file's bytes came through, by no fault of the backup: the link was
  /// lost, or a decoder was ended or had no room.
  static func cutsBytes(_ code: FindingCode) -> Bool { cutting.contains(code) }

  private static let cutting = SourceFindings.cutsBytesShort.union(
    DecodingFindings.all.filter { $0.consequence == .inconclusive }.map(\.code))
}
