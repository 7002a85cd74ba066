import Foundation
public import ProofbackCore

/// What managers do with somebody else's account.
extension Accounts {
  /// Sets a new password for somebody who forgot it: their sessions and API tokens end, their codes at login stay.
  /// - Throws: `FormProblems`, `StoreError.notThere`; `AccountProblem.own` for the manager's own, which takes the old one.
  public func resetPassword(of id: String, to password: String, by manager: Actor) async throws {
    guard let person = try present(id) else { throw StoreError.notThere }
    guard id != manager.person else { throw AccountProblem.own }
    let password = try Self.checked(password, login: person.login)
    let people = state.kept.people
    try await Self.offThread { try people.resetPassword(password, of: id, by: manager) }
    // A login that knew the old one ends, too; and whoever has the new one does not wait for guesses at the old.
    pending.endAll(of: id)
    throttle.succeeded(["account \(person.login.lowercased().prefix(100))", "code \(id)"])
  }

  /// - Parameter text: as forms and the API write it.
  /// - Throws: `FormProblems`, `StoreError.notThere`, `StoreError.lastManager`.
  public func setRole(of id: String, to text: String, by manager: Actor) throws {
    try state.kept.people.setRole(Self.role(text), of: id, by: manager)
  }

  /// - Throws: `FormProblems`.
  public static func role(_ text: String) throws -> Role {
    guard let role = Role(rawValue: text) else {
      throw FormProblems(
        "role", "there is no role \(UntrustedText.line(text, limit: 40))",
        hint: "one of \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return role
  }

  /// Somebody who may log in; nil when they are removed.
  public func present(_ id: String) throws -> Person? { try state.kept.people.all().first { $0.id == id } }

  func noteRefusal(_ login: String, why: String, from address: String, at now: Date) {
    let login = String(login.prefix(100))
    guard refusals.isNew(login, address, now: now) else { return }
    state.kept.people.noteRefusal(login, why: why, at: now, from: address)
  }
}

/// What is not done to an account.
public enum AccountProblem: Error, Equatable {
  /// Somebody's own password is changed with the old one, on the account page.
  case own
}
