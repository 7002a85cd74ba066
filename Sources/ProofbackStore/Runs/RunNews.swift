/// What a run says of its backup.
enum RunNews {
  static let columns = "ALTER TABLE run ADD COLUMN again TEXT; ALTER TABLE run ADD COLUMN repeats TEXT;"

  /// Nothing: one that a person cancelled, that gave way to a newer one, or that is tried again.
  static func isNews(_ row: String) -> String {
    "\(row).cause IS NOT 'run.replaced' AND \(row).cancelled IS NULL AND \(row).again IS NULL"
  }
}
