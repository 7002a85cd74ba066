import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// What a location is understood as, while it is typed.
enum LocationReadings {
  static let all: [Route] = [.get("/locations/reading", .person, show)]

  private struct Reading: Sendable, Encodable {
    var understood: String?
    var problem: String?
  }

  /// Nothing is asked of the location itself.
  @Sendable private static func show(_ visit: Visit) throws -> Response {
    var form = RunRequests.Form()
    form.server = visit.query("server") ?? ""
    form.location = visit.query("location") ?? ""
    form.file = visit.query("file") ?? ""
    if form.location.isEmpty { return try visit.json(Reading()) }
    do {
      return try visit.json(Reading(understood: visit.site.requests.reading(form).description))
    } catch let problems as FormProblems {
      return try visit.json(Reading(problem: problems.problems.first?.fact))
    }
  }
}
