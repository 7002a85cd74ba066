import Foundation
public import ProofbackCore

/// Making tokens of the API.
public struct TokenKeeping: Sendable {
  private static let most = 50
  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// Makes one of a person's own.
  /// - Returns: it, and what its holder shows: never to be seen again.
  /// - Throws: `FormProblems`.
  public func make(
    name: String, scope: String, for person: Person, by actor: Actor
  ) throws -> (token: APIToken, secret: Token) {
    let (name, scope) = try FieldRules.all(
      { try FieldRules.name(name, field: "name") }, { try Self.scope(scope, for: person) })
    guard try state.kept.tokens.tokens(of: person.id).count < Self.most else {
      throw FormProblems("name", "there are \(Self.most) tokens already", hint: "revoke those that nobody uses")
    }
    do {
      let made = try state.kept.tokens.make(name: name, scope: scope, by: actor)
      return (made.0, made.secret)
    } catch StoreError.alreadyThere {
      throw FormProblems("name", "another of your tokens is named \(UntrustedText.line(name, limit: 60))")
    }
  }

  private static func scope(_ text: String, for person: Person) throws -> TokenScope {
    guard let scope = TokenScope(rawValue: text) else {
      throw FormProblem("scope", "there is no scope \(UntrustedText.line(text, limit: 40))", hint: "read or run")
    }
    if scope == .manage, person.role != .manager {
      throw FormProblem("scope", "only managers may have a token that manages")
    }
    return scope
  }
}
