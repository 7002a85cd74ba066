/// The part of a mysqldump that its last section comment announced.
enum CommentSection: Equatable {
  case table, data, placeholder, finalView, other

  /// The table or view named in the comment's backticks follows the announcement.
  static let announcements: [(String, CommentSection)] = [
    ("Table structure for table ", .table), ("Dumping data for table ", .data),
    ("Temporary table structure for view ", .placeholder), ("Temporary view structure for view ", .placeholder),
    ("Stand-in structure for view ", .placeholder), ("Structure for view ", .finalView),
    ("Final view structure for view ", .finalView), ("Sequence structure for ", .other),
    ("Dumping events for database ", .other),
    ("Dumping routines for database ", .other), ("Current Database: ", .other),
  ]
}
