public import Foundation

/// What is done to somebody's account by others: managers, and whoever guesses.
public protocol AccountCare: Sendable {
  /// Those who are logged in have the new role with their next request.
  /// - Throws: `StoreError.lastManager`, `StoreError.notThere`.
  func setRole(_ role: Role, of id: String, by manager: Actor) throws
  /// Sets a password that the person did not choose. All of the person's sessions and API tokens end: whoever knew the old
  /// password may have made them. Codes at login stay.
  /// - Throws: `StoreError.notThere`.
  func resetPassword(_ password: String, of id: String, by manager: Actor) throws
  /// Writes into the audit trail that a login was refused. Nothing is written for a login that is nobody's; nobody waits for
  /// it, so that the time which an answer takes does not say whose logins there are.
  /// - Parameter why: `wrong password`, `wrong code`.
  func noteRefusal(_ login: String, why: String, at now: Date, from address: String)
}
