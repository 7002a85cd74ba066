import GRDB

/// The database library's own words, for those who do not know what keeps the state.
public enum DatabaseWords {
  /// What it said when it is the cause of an error, without the statement; nil when it is not.
  public static func said(by error: any Error) -> String? {
    (error as? DatabaseError).map { $0.message ?? "\($0.resultCode)" }
  }
}
