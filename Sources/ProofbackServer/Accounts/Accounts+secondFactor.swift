import Foundation
public import ProofbackCore
import Synchronization

extension Accounts {
  /// The second step of a login whose password was right.
  /// - Parameter pending: what the first step gave.
  /// - Returns: `.refused` when the code is wrong, or the first step was too long ago.
  public func logIn(pending: Token, code: String, address: String) throws -> LoginOutcome {
    let now = state.now()
    guard let person = self.pending.person(pending, now: now) else { return .refused }
    let keys = ["code \(person.id)"]
    let wait = throttle.wait(keys, now: now)
    if wait > 0 { return .wait(wait) }
    let actor = Actor(person: person.id, at: now, address: address)
    guard try state.kept.secondFactors.accepts(code, of: person.id, by: actor) else {
      throttle.failed(keys, now: now)
      noteRefusal(person.login, why: "wrong code", from: address, at: now)
      return .refused
    }
    throttle.succeeded(keys)
    self.pending.end(pending)
    return .entered(try state.kept.sessions.start(person, address: address, now: now))
  }

  /// Whether the first step still counts.
  public func isPending(_ token: Token) -> Bool { pending.person(token, now: state.now()) != nil }

  /// Turns the own codes off; the password is asked for again.
  /// - Returns: false when it is wrong.
  public func turnOffSecondFactor(of person: Person, password: String, by actor: Actor) async throws -> Bool {
    let people = state.kept.people
    let keys = ["account \(person.login.lowercased().prefix(100))"]
    guard throttle.wait(keys, now: actor.at) == 0 else { return false }
    let isRight = try await Self.offThread {
      try people.authenticate(login: person.login, password: String(password.prefix(1024)))?.id == person.id
    }
    guard isRight else {
      throttle.failed(keys, now: actor.at)
      return false
    }
    try state.kept.secondFactors.turnOff(for: person.id, by: actor)
    return true
  }
}

/// Logins that wait for their code: in memory, for some minutes.
final class PendingLogins: Sendable {
  private static let patience: TimeInterval = 300
  private static let most = 1000
  private let waiting = Mutex<[String: (person: Person, until: Date)]>([:])

  func begin(_ person: Person, now: Date) -> Token {
    let token = Token()
    waiting.withLock { waiting in
      waiting = waiting.filter { $0.value.until > now }
      if waiting.count >= Self.most { waiting.removeAll() }
      waiting[token.text] = (person, now + Self.patience)
    }
    return token
  }

  func person(_ token: Token, now: Date) -> Person? {
    waiting.withLock { waiting in waiting[token.text].flatMap { $0.until > now ? $0.person : nil } }
  }

  func end(_ token: Token) { waiting.withLock { $0[token.text] = nil } }

  func endAll(of person: String) {
    waiting.withLock { waiting in waiting = waiting.filter { $0.value.person.id != person } }
  }
}
