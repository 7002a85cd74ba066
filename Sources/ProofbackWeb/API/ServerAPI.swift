import Hummingbird
import ProofbackCore
import ProofbackServer

/// What the server says of itself.
enum ServerAPI {
  static let metricsPath = "/metrics"

  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/openapi.yaml", .open) { visit in
      visit.text(String(decoding: PackageResources.openapi_yaml, as: UTF8.self), "application/yaml")
    },
    APIRoute(.get, metricsPath, .read, metrics),
  ]

  @Sendable private static func metrics(_ visit: APIVisit) throws -> Response {
    visit.text(
      Metrics.text(try visit.state.kept.statistics.statistics(), now: visit.now),
      "text/plain; version=0.0.4; charset=utf-8")
  }
}
