import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Setting up, logging in and out.
enum LoginRoutes {
  static let all: [Route] = [
    .get("/setup", .open, showSetup), .post("/setup", .open, setUp),
    .get("/login", .open, showLogin), .post("/login", .open, logIn), .post("/logout", .person, logOut),
  ]

  struct Login: Sendable {
    var login = ""
    var problem: String?
    /// Where to go then.
    var next = ""
  }

  struct Setup: Sendable {
    var token: String
    var name = ""
    var login = ""
    var problems: [String: String] = [:]
  }

  @Sendable private static func showSetup(_ visit: Visit) throws -> Response {
    let token = visit.query("token") ?? ""
    guard try visit.state.kept.people.isSetupToken(Token(token)) else { throw StoreError.notThere }
    return visit.page("setup", "Welcome", Setup(token: token))
  }

  @Sendable private static func setUp(_ visit: Visit) async throws -> Response {
    let token = Token(visit.field("token"))
    guard try visit.state.kept.people.isSetupToken(token) else { throw StoreError.notThere }
    do {
      let person = try await visit.site.accounts.setUp(
        token, login: visit.field("login"), name: visit.field("name"), password: visit.field("password"),
        address: visit.address)
      return try enter(person, visit)
    } catch let problems as FormProblems {
      let content = Setup(
        token: token.text, name: visit.field("name"), login: visit.field("login"),
        problems: FieldProblems.texts(problems))
      return visit.page("setup", "Welcome", content, status: .unprocessableContent)
    }
  }

  @Sendable private static func showLogin(_ visit: Visit) -> Response {
    visit.person == nil
      ? visit.page("login", "Log in", Login(next: visit.query("next") ?? ""))
      : visit.go(to: Visit.next(visit.query("next") ?? ""))
  }

  @Sendable private static func logIn(_ visit: Visit) async throws -> Response {
    let outcome = try await visit.site.accounts.logIn(
      login: visit.field("login"), password: visit.field("password"), address: visit.address)
    switch outcome {
    case .entered(let token): return entered(token, visit)
    case .needsCode(let pending): return SecondFactorRoutes.ask(visit, pending)
    case .refused: return again(visit, "Login or password is wrong.", .unprocessableContent)
    case .wait(let seconds):
      return again(visit, "Too many attempts. Try again in \(Int(seconds.rounded(.up))) s.", .tooManyRequests)
    }
  }

  private static func again(_ visit: Visit, _ problem: String, _ status: HTTPResponse.Status) -> Response {
    visit.page(
      "login", "Log in", Login(login: visit.field("login"), problem: problem, next: visit.field("next")), status: status
    )
  }

  private static func enter(_ person: Person, _ visit: Visit) throws -> Response {
    entered(try visit.state.kept.sessions.start(person, address: visit.address, now: visit.now), visit)
  }

  /// A new token for each login: one that was planted before is worth nothing after.
  static func entered(_ token: Token, _ visit: Visit) -> Response {
    if let old = visit.token { try? visit.state.kept.sessions.end(old) }
    var response = visit.go(to: Visit.next(visit.field("next")))
    response.headers[.setCookie] = SessionCookie.set(token, isSecure: visit.site.isSecure)
    return response
  }

  @Sendable private static func logOut(_ visit: Visit) throws -> Response {
    if let token = visit.token { try visit.state.kept.sessions.end(token) }
    var response = visit.go(to: "/login")
    response.headers[.setCookie] = SessionCookie.clear(isSecure: visit.site.isSecure)
    return response
  }
}
