import Hummingbird
import ProofbackCore
import ProofbackServer

/// What managers set for the whole server.
enum SettingsAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/settings", .manage, show),
    APIRoute(.post, "/api/v1/settings/allowed-paths", .manage, success: .created, allow),
    APIRoute(
      .delete, "/api/v1/settings/allowed-paths", .manage, queries: ["path"], success: .noContent, disallow),
  ]

  struct Settings: Encodable, Sendable {
    var allowedPaths: [String]
  }

  @Sendable private static func show(_ visit: APIVisit) throws -> Response {
    try visit.json(Settings(allowedPaths: visit.state.kept.settings.allowedPaths()))
  }

  @Sendable private static func allow(_ visit: APIVisit) throws -> Response {
    let form = try visit.body.form(["path": .text])
    try AllowedPaths(visit.state).allow(form["path"] ?? "", by: visit.actor)
    return try visit.json(Settings(allowedPaths: visit.state.kept.settings.allowedPaths()), .created)
  }

  @Sendable private static func disallow(_ visit: APIVisit) throws -> Response {
    try visit.state.kept.settings.disallow(path: visit.query("path") ?? "", by: visit.actor)
    return visit.nothing
  }
}
