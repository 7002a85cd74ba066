import Foundation
import ProofbackCore

/// What everything that a launcher creates in AWS is marked with.
struct RunTags: Sendable, Equatable {
  static let run = "proofback-run"
  static let server = "proofback-server"
  static let deadline = "proofback-deadline"

  var run: String
  var server: String
  /// After this it may be destroyed, whoever it belongs to.
  var deadline: Date

  var pairs: [(key: String, value: String)] {
    [
      ("Name", "proofback \(run)"), (Self.run, run), (Self.server, server),
      (Self.deadline, deadline.ISO8601Format()),
    ]
  }
}
