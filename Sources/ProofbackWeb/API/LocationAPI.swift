import Hummingbird
import ProofbackCore
import ProofbackServer

/// Locations without a run: what one is understood as, and whether a file is there.
enum LocationAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/locations/reading", .read, queries: ["server", "location", "file"], read),
    APIRoute(.post, "/api/v1/locations/check", .run, check),
  ]

  struct Reading: Encodable, Sendable {
    var understood: String
  }

  /// Nothing is asked of the location itself.
  @Sendable private static func read(_ visit: APIVisit) throws -> Response {
    var form = RunRequests.Form()
    form.server = visit.query("server") ?? ""
    form.location = visit.query("location") ?? ""
    form.file = visit.query("file") ?? ""
    return try visit.json(Reading(understood: try visit.site.requests.reading(form).description))
  }

  @Sendable private static func check(_ visit: APIVisit) async throws -> Response {
    var form = RunRequests.Form()
    form.set(try visit.body.form(RunRequests.Form.kinds))
    let definition = try visit.site.requests.definition(form)
    return try visit.json(CheckItem(try await LocationCheck(visit.state).check(definition)))
  }
}
