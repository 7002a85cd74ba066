import Foundation
import HTTPTypes
public import Hummingbird
public import Logging
import NIOCore
import ProofbackCore
import ProofbackServer

/// The web application: one list of routes, and what holds for all of them.
public struct Site: Sendable {
  let state: ServerState
  let accounts: Accounts
  let requests: RunRequests
  let dispatcher: Dispatcher
  let pages: PageRenderer
  /// Behind TLS: cookies are sent over it only.
  let isSecure: Bool
  /// A proxy names the browser's address.
  let isBehindProxy: Bool
  let logger: Logger
  let keys = RunRequestKeys()
  /// Whether metrics are answered without a token.
  let opensMetrics: Bool
  /// Where workers on other machines come to.
  let desk: AssignmentDesk?

  public init(
    _ state: ServerState, dispatcher: Dispatcher, isSecure: Bool, isBehindProxy: Bool, opensMetrics: Bool = false,
    desk: AssignmentDesk? = nil, logger: Logger
  ) throws {
    self.state = state
    self.logger = logger
    self.dispatcher = dispatcher
    self.isSecure = isSecure
    self.opensMetrics = opensMetrics
    self.desk = desk
    self.isBehindProxy = isBehindProxy
    accounts = Accounts(state)
    requests = RunRequests(state)
    pages = try PageRenderer()
  }

  static let routes: [Route] =
    AssetRoutes.all + LoginRoutes.all + HomeRoutes.all + RunListRoutes.all + RunRoutes.all + ScheduleRoutes.all
    + DrillRoutes.all + CredentialRoutes.all
    + BackupServerRoutes.all + WorkplaceRoutes.all + PeopleRoutes.all + PersonRoutes.all + SettingsRoutes.all
    + NotificationRoutes.all
    + AccountRoutes.all + LocationReadings.all + AuditRoutes.all + SecondFactorRoutes.all

  public func router() -> Router<WebContext> {
    let router = Router(context: WebContext.self)
    router.add(middleware: SecurityHeaders(isSecure: isSecure))
    if let desk { router.add(middleware: WorkerRoutes(site: self, desk: desk)) }
    router.add(middleware: API(site: self))
    for method in [HTTPRequest.Method.get, .post] {
      router.on("**", method: method) { request, context in
        try await withTaskExecutorPreference(state.threads) { ErrorPages.notFound(try visit(request, context)) }
      }
    }
    for route in Self.routes {
      router.on(route.path, method: route.method) { request, context in
        // What is kept is read and written by waiting calls.
        try await withTaskExecutorPreference(state.threads) { try await answer(route, request, context) }
      }
    }
    return router
  }

  private func answer(_ route: Route, _ request: Request, _ context: WebContext) async throws -> Response {
    var visit = try visit(request, context)
    if route.access != .open, visit.person == nil {
      return request.method == .get ? visit.goToLogin() : ErrorPages.loggedOut(visit)
    }
    // The same answer as for an address that is none.
    if route.access == .manager, visit.person?.role != .manager { return ErrorPages.notFound(visit) }
    if request.method == .post {
      guard SameOrigin.holds(for: request) else { return ErrorPages.elsewhere(visit) }
      do {
        visit.form = try await Forms.read(request, limit: context.maxUploadSize)
      } catch is NIOTooManyBytesError {
        return ErrorPages.tooLarge(visit, limit: context.maxUploadSize)
      } catch let error as HTTPError {
        return error.status == .contentTooLarge
          ? ErrorPages.tooLarge(visit, limit: context.maxUploadSize) : ErrorPages.unreadable(visit)
      }
      if let session = visit.session, route.access != .open, visit.field("formToken") != session.formToken {
        return ErrorPages.staleForm(visit)
      }
    }
    do {
      return try await route.answer(visit)
    } catch StoreError.notThere {
      return ErrorPages.notFound(visit)
    } catch let error as HTTPError {
      throw error
    } catch {
      logger.error("a page could not be made", metadata: ["path": "\(route.path)", "error": "\(error)"])
      return ErrorPages.internalError(visit)
    }
  }

  /// Who asks, before anything is read.
  private func visit(_ request: Request, _ context: WebContext) throws -> Visit {
    var visit = Visit(
      site: self, request: request, parameters: context.parameters, form: [:], person: nil, session: nil, token: nil,
      address: address(of: request, context))
    if let token = SessionCookie.token(of: request),
      let session = try state.kept.sessions.session(token, now: state.now())
    {
      (visit.session, visit.person, visit.token) = (session, session.person, token)
    }
    return visit
  }

  /// The browser's address; behind a proxy the one that the proxy saw, which it writes last.
  func address(of request: Request, _ context: WebContext) -> String {
    let direct = context.remoteAddress?.ipAddress ?? ""
    guard isBehindProxy, let forwarded = request.headers[HTTPField.Name("X-Forwarded-For")!] else { return direct }
    let last = forwarded.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    return last.isEmpty || last.count > 45 ? direct : last
  }
}
