/// Where import takes statements from the scanner. Bytes come in order; every call carries whole or partial statements exactly as
/// they stand in the dump, with the comments and DELIMITER lines between them.
///
/// `take` is called from `SQLDumpScanner.scan` only, on the caller's thread; the bytes are valid during the call.
/// What it throws comes out of `scan`, and the scanner must not be used afterwards.
public protocol StatementSink: AnyObject {
  /// `endedStatements`: how many statements end inside `bytes`.
  func take(_ bytes: UnsafeRawBufferPointer, endedStatements: Int) throws
}
