import HTTPTypes
import Hummingbird

/// One line of the list of routes.
struct Route: Sendable {
  var method: HTTPRequest.Method
  var path: RouterPath
  var access: Access
  var answer: @Sendable (Visit) async throws -> Response

  static func get(
    _ path: RouterPath, _ access: Access, _ answer: @escaping @Sendable (Visit) async throws -> Response
  ) -> Route {
    Route(method: .get, path: path, access: access, answer: answer)
  }

  static func post(
    _ path: RouterPath, _ access: Access, _ answer: @escaping @Sendable (Visit) async throws -> Response
  ) -> Route {
    Route(method: .post, path: path, access: access, answer: answer)
  }
}
