import HTTPTypes
import Hummingbird
import ProofbackCore

/// Who may ask for a line of the API.
enum APIAccess: Sendable, Equatable {
  /// Anybody.
  case open
  /// Whoever shows a token of at least this scope. What `manage` opens is closed to those who are no managers, as if it
  /// were not there.
  case token(TokenScope)
}

/// One line of the list of the API.
struct APIRoute: Sendable {
  var method: HTTPRequest.Method
  /// With `{id}` where an id stands.
  var path: String
  var access: APIAccess
  /// Names of query parameters; others are refused, so that a filter that is misspelt doesn't answer with everything.
  var queries: [String]
  var success: HTTPResponse.Status
  var answer: @Sendable (APIVisit) async throws -> Response

  init(
    _ method: HTTPRequest.Method, _ path: String, _ scope: TokenScope, queries: [String] = [],
    success: HTTPResponse.Status = .ok, _ answer: @escaping @Sendable (APIVisit) async throws -> Response
  ) {
    self.init(method, path, .token(scope), queries: queries, success: success, answer)
  }

  init(
    _ method: HTTPRequest.Method, _ path: String, _ access: APIAccess, queries: [String] = [],
    success: HTTPResponse.Status = .ok, _ answer: @escaping @Sendable (APIVisit) async throws -> Response
  ) {
    self.method = method
    self.path = path
    self.access = access
    self.queries = queries
    self.success = success
    self.answer = answer
  }

  /// The id in `path`, empty when this line has none; nil when the line is another one.
  func id(in path: String) -> String? {
    let own = self.path.split(separator: "/", omittingEmptySubsequences: false)
    let given = path.split(separator: "/", omittingEmptySubsequences: false)
    guard own.count == given.count else { return nil }
    var id = ""
    for (own, given) in zip(own, given) where own != given {
      guard own == "{id}", !given.isEmpty else { return nil }
      id = String(given)
    }
    return id
  }
}
