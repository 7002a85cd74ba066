import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ProofbackCore
import ProofbackServer

/// The REST API: one list of routes, and what holds for all of them. Tokens only: no cookie counts here, so no other site
/// can use a browser's login.
struct API: RouterMiddleware {
  typealias Context = WebContext
  let site: Site

  static let root = "/api/v1"
  static let routes: [APIRoute] =
    MeAPI.all + OverviewAPI.all + ScheduleAPI.all + DrillAPI.all + RunAPI.all + LocationAPI.all + CredentialAPI.all
    + BackupServerAPI.all + WorkplaceAPI.all + ChannelAPI.all + PeopleAPI.all + AuditAPI.all + SettingsAPI.all
    + ServerAPI.all

  func handle(
    _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    let found = Self.routes.compactMap { route in route.id(in: path).map { (route, $0) } }
    // A word of ours is not taken for an id.
    let matches = found.contains { $0.1.isEmpty } ? found.filter { $0.1.isEmpty } : found
    guard path.hasPrefix("/api/") || !matches.isEmpty else { return try await next(request, context) }
    do {
      guard !matches.isEmpty else { throw Problem.notFound }
      let isHead = request.method == .head
      let method = isHead ? .get : request.method
      guard let (route, id) = matches.first(where: { $0.0.method == method }) else {
        throw Problem.method(allowed: matches.map(\.0.method))
      }
      // What is kept is read and written by waiting calls.
      var response = try await withTaskExecutorPreference(site.state.threads) {
        try await route.answer(try await visit(route, id, request, context))
      }
      if isHead { response.body = .init() }
      return response
    } catch {
      return problem(for: error, path).response
    }
  }

  private func visit(
    _ route: APIRoute, _ id: String, _ request: Request, _ context: WebContext
  ) async throws -> APIVisit {
    var visit = APIVisit(site: site, request: request, id: id, address: site.address(of: request, context))
    let isOpen = route.access == .open || (site.opensMetrics && route.path == ServerAPI.metricsPath)
    if !isOpen, case .token(let scope) = route.access { try admit(&visit, scope) }
    for name in request.uri.queryParameters.map(\.key) where !route.queries.contains(String(name)) {
      throw FormProblems(UntrustedText.line(name, limit: 60), "there is no such parameter here")
    }
    if [.post, .patch, .put].contains(request.method) {
      visit.body = try await APIBody(request, limit: context.maxUploadSize)
    }
    return visit
  }

  private func admit(_ visit: inout APIVisit, _ scope: TokenScope) throws {
    let words = (visit.request.headers[.authorization] ?? "").split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "bearer" else { throw Problem.unauthorized() }
    switch try site.accounts.bearer(Token(String(words[1])), address: visit.address) {
    case .unknown: throw Problem.unauthorized(error: "invalid_token")
    case .wait(let seconds): throw Problem.tooMany(seconds)
    case .known(let token, let person): (visit.token, visit.person) = (token, person)
    }
    if scope == .manage, visit.person?.role != .manager { throw Problem.notFound }
    guard visit.token?.scope.includes(scope) ?? false else { throw Problem.scope(scope) }
  }

  private func problem(for error: any Error, _ path: String) -> Problem {
    switch error {
    case let problem as Problem: return problem
    case let problems as FormProblems: return .fields(problems.problems)
    case let problem as FormProblem: return .fields([problem])
    case StoreError.notThere: return .notFound
    case is NIOTooManyBytesError: return .tooLarge
    case let error as HTTPError where error.status == .contentTooLarge: return .tooLarge
    default:
      site.logger.error(
        "an answer could not be made",
        metadata: ["path": "\(UntrustedText.line(path))", "error": "\(UntrustedText.line("\(error)", limit: 500))"])
      return .internalError
    }
  }
}
