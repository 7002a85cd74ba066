import Foundation
import ProofbackCore

/// A time as people read it: how far from now, and exactly, with its zone, on hover and in print.
struct Moment: Hashable, Sendable {
  /// `7 hours ago`
  var ago: String
  /// For scripts: ISO 8601.
  var exact: String
  /// `2026-11-26 16:28 UTC`
  var zoned: String

  init(_ date: Date, now: Date, zone: String = "UTC") {
    ago = Ago.text(date, now: now)
    exact = date.ISO8601Format()
    zoned = "\(ZonedTime.text(date, zone)) \(zone)"
  }
}
