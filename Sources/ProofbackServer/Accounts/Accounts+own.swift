public import Foundation
public import ProofbackCore

/// What everybody may do with the own account.
extension Accounts {
  public enum PasswordOutcome: Sendable {
    case changed
    /// Too many attempts: seconds to wait.
    case wait(TimeInterval)
  }

  /// Sets a new password; all other sessions end. Guessing the old one is slowed as at login.
  /// - Throws: `FormProblems`.
  public func changePassword(
    of person: Person, old: String, new: String, keeping token: Token?, by actor: Actor
  ) async throws -> PasswordOutcome {
    let now = state.now()
    let keys = ["account \(person.login.lowercased())", "address \(actor.address)"]
    let wait = throttle.wait(keys, now: now)
    if wait > 0 { return .wait(wait) }
    let checked = try Self.checked(new, login: person.login)
    let people = state.kept.people
    let isRight = try await Self.offThread {
      try people.authenticate(login: person.login, password: String(old.prefix(1024)))?.id == person.id
    }
    guard isRight else {
      throttle.failed(keys, now: now)
      throw FormProblems("old", "this is not your password")
    }
    throttle.succeeded(keys)
    guard new != old else { throw FormProblems("password", "it is the old one") }
    try await Self.offThread { try people.setPassword(checked, of: person.id, keeping: token, by: actor) }
    return .changed
  }

  /// Whose token of the API it is. Wrong ones are slowed by address; right ones never.
  public func bearer(_ secret: Token, address: String) throws -> BearerOutcome {
    let now = state.now()
    if let found = try state.kept.tokens.use(secret, now: now) { return .known(found.token, found.person) }
    let keys = ["token \(address)"]
    let wait = throttle.wait(keys, now: now)
    if wait > 0 { return .wait(wait) }
    throttle.failed(keys, now: now)
    return .unknown
  }

  public enum BearerOutcome: Sendable {
    case known(APIToken, Person)
    case unknown
    /// Too many wrong ones: seconds to wait.
    case wait(TimeInterval)
  }
}
