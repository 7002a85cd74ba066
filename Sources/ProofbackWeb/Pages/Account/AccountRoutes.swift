import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// The own account: password, sessions, tokens of the API.
enum AccountRoutes {
  static let all: [Route] = [
    .get("/account", .person) { try show($0) }, .post("/account/password", .person, changePassword),
    .post("/account/sessions/end", .person, endOthers), .post("/account/tokens", .person, makeToken),
    .post("/account/tokens/{id}/revoke", .person, revoke),
  ]

  @Sendable private static func changePassword(_ visit: Visit) async throws -> Response {
    guard let person = visit.person else { throw StoreError.notThere }
    do {
      let outcome = try await visit.site.accounts.changePassword(
        of: person, old: visit.field("old"), new: visit.field("password"), keeping: visit.token, by: visit.actor)
      switch outcome {
      case .changed:
        return try show(visit, done: "Your password is changed. All other sessions have ended; tokens go on.")
      case .wait(let seconds):
        return try show(
          visit,
          problems: FormProblems("old", "too many attempts", hint: "try again in \(Int(seconds.rounded(.up))) s"),
          status: .tooManyRequests)
      }
    } catch let problems as FormProblems {
      return try show(visit, problems: problems, status: .unprocessableContent)
    }
  }

  @Sendable private static func endOthers(_ visit: Visit) throws -> Response {
    guard let person = visit.person, let token = visit.token else { throw StoreError.notThere }
    try visit.state.kept.sessions.endOthers(of: person.id, keeping: token, by: visit.actor)
    return visit.go(to: "/account")
  }

  /// The answer itself shows the token: it is nowhere else to be had.
  @Sendable private static func makeToken(_ visit: Visit) throws -> Response {
    guard let person = visit.person else { throw StoreError.notThere }
    do {
      let made = try TokenKeeping(visit.state).make(
        name: visit.field("name"), scope: visit.field("scope"), for: person, by: visit.actor)
      return try show(visit, made: made.secret)
    } catch let problems as FormProblems {
      return try show(visit, problems: problems, status: .unprocessableContent)
    }
  }

  @Sendable private static func revoke(_ visit: Visit) throws -> Response {
    try visit.state.kept.tokens.revoke(visit.parameters.get("id") ?? "", by: visit.actor)
    return visit.go(to: "/account")
  }

  private static func show(
    _ visit: Visit, done: String? = nil, made: Token? = nil, problems: FormProblems? = nil,
    status: HTTPResponse.Status = .ok
  ) throws -> Response {
    guard let person = visit.person else { throw StoreError.notThere }
    let content = AccountContent(
      person, sessions: try visit.state.kept.sessions.open(of: person.id, own: visit.token, now: visit.now),
      tokens: try visit.state.kept.tokens.tokens(of: person.id), now: visit.now
    ).with(done: done, made: made, name: problems == nil ? "" : visit.field("name"), problems: problems)
    return visit.page("account", "Account", content, status: status)
  }
}
