public import Foundation
public import ProofbackCore

/// Logging in and out, and who there is.
public struct Accounts: Sendable {
  let state: ServerState
  let throttle = LoginThrottle()
  let pending = PendingLogins()
  let refusals = RefusalNotes()

  public init(_ state: ServerState) { self.state = state }

  public enum LoginOutcome: Sendable {
    case entered(Token)
    /// The password was right; what is shown with the code from the device.
    case needsCode(Token)
    case refused
    /// Too many attempts: seconds to wait.
    case wait(TimeInterval)
  }

  public func logIn(login: String, password: String, address: String) async throws -> LoginOutcome {
    let now = state.now()
    let keys = ["account \(login.lowercased().prefix(100))", "address \(address)"]
    let wait = throttle.wait(keys, now: now)
    if wait > 0 { return .wait(wait) }
    let people = state.kept.people
    // scrypt takes a processor for a tenth of a second.
    let person = try await Self.offThread {
      try people.authenticate(login: String(login.prefix(100)), password: String(password.prefix(1024)))
    }
    guard let person else {
      throttle.failed(keys, now: now)
      noteRefusal(login, why: "wrong password", from: address, at: now)
      return .refused
    }
    throttle.succeeded(keys)
    if try state.kept.secondFactors.isOn(for: person.id) { return .needsCode(pending.begin(person, now: now)) }
    return .entered(try state.kept.sessions.start(person, address: address, now: now))
  }

  /// - Parameter address: where it is done from.
  /// - Throws: `FormProblems`.
  public func setUp(
    _ token: Token, login: String, name: String, password: String, address: String
  ) async throws -> Person {
    let (login, name) = try FieldRules.all(
      { try FieldRules.login(login) }, { try FieldRules.name(name, field: "name") })
    let password = try Self.checked(password, login: login)
    let (people, now) = (state.kept.people, state.now())
    return try await Self.offThread {
      try people.setUp(token, login: login, name: name, password: password, now: now, from: address)
    }
  }

  public func add(
    login: String, name: String, role: Role, password: String, by manager: Actor
  ) async throws -> Person {
    let (login, name) = try FieldRules.all(
      { try FieldRules.login(login) }, { try FieldRules.name(name, field: "name") })
    let password = try Self.checked(password, login: login)
    let people = state.kept.people
    do {
      return try await Self.offThread {
        try people.add(login: login, name: name, role: role, password: password, by: manager)
      }
    } catch StoreError.alreadyThere {
      throw FormProblems("login", "somebody has the login \(login) already")
    }
  }

  public func remove(_ id: String, by manager: Actor) throws { try state.kept.people.remove(id, by: manager) }

  /// A new password as it may be.
  /// - Throws: `FormProblems` of the field `password`.
  public static func checked(_ password: String, login: String) throws -> String {
    do { return try FieldRules.password(password, login: login) } catch let problem as FormProblem {
      throw FormProblems([problem])
    }
  }

  static func offThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
    }
  }
}
