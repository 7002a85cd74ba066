/// Why a file is not taken for the state, or can't be made.
public enum StateFileError: Error, Equatable {
  case unreadable(String)
  case unwritable(String, String)
  /// Something else stands at the path that a backup should be written to.
  case otherFile(String)
  /// It is no state of this product.
  case notState
  /// What SQLite's own check says, at most ten lines.
  case damaged([String])
  /// Rows without the rows that they belong to.
  case orphans(Int)
  /// The audit trail does not hold; the first line that does not.
  case auditBroken(Int64)
  /// There is a state already.
  case occupied(String)
}
