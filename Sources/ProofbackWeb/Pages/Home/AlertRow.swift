import Foundation
import ProofbackCore
import ProofbackServer

/// An alert as a line of home.
struct AlertRow: Sendable {
  var name: String
  var fact: String
  /// Nil: whoever looks may not go there.
  var path: String?

  init(_ alert: Alert, isManager: Bool, now: Date) {
    name = AlertText.name(alert)
    fact = AlertText.fact(alert, now: now)
    path = alert.kind == .channel && !isManager ? nil : AlertText.path(alert)
  }
}
