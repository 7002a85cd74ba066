/// A foreign key of the restored tables, and the statement that counts the rows that break it.
struct ForeignKey: Sendable, Equatable {
  var name: String
  var child: TableKey
  var parent: TableKey
  /// Columns in the key's order, those of the child beside those of the parent.
  var columns: [(child: String, parent: String)]

  static func == (left: ForeignKey, right: ForeignKey) -> Bool {
    left.name == right.name && left.child == right.child && left.parent == right.parent
      && left.columns.elementsEqual(right.columns, by: ==)
  }

  /// Rows whose referenced row is not there. A key with a NULL in it refers to nothing: InnoDB knows MATCH SIMPLE only,
  /// whatever the statement says (MySQL 8.4 reference manual, "FOREIGN KEY Constraints").
  var orphans: String {
    let pairs = columns.map { "p.\(MySQLSession.quoted($0.parent)) = c.\(MySQLSession.quoted($0.child))" }
    let parentColumn = columns.first.map { MySQLSession.quoted($0.parent) } ?? "NULL"
    return """
      SELECT COUNT(*) FROM \(child.quoted) c LEFT JOIN \(parent.quoted) p ON \(pairs.joined(separator: " AND ")) \
      WHERE \(isSet) AND p.\(parentColumn) IS NULL
      """
  }

  /// Rows that refer to anything.
  var referring: String { "SELECT COUNT(*) FROM \(child.quoted) c WHERE \(isSet)" }

  private var isSet: String {
    columns.map { "c.\(MySQLSession.quoted($0.child)) IS NOT NULL" }.joined(separator: " AND ")
  }
}
