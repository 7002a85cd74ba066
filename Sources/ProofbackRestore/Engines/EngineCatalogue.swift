public import ProofbackCore

/// The one list of engines. A new engine is one folder and one line here.
public enum EngineCatalogue {
  public static let all: [any Engine] = [
    MySQLEngine(), MongoDBEngine(), SQLiteEngine(), PostgreSQLEngine(),
  ]
  /// Those whose sources can be stamped.
  public static let proofSources: [any ProofSourceKind] = [
    MySQLProofSourceKind(), PostgreSQLProofSourceKind(), MongoDBProofSourceKind(), SQLiteProofSourceKind(),
  ]
}
