import Hummingbird
import ProofbackCore
import ProofbackServer

/// What managers set for the whole server.
enum SettingsAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/settings", .manage, show), APIRoute(.put, "/api/v1/settings/retention", .manage, retain),
    APIRoute(.post, "/api/v1/settings/allowed-paths", .manage, success: .created, allow),
    APIRoute(
      .delete, "/api/v1/settings/allowed-paths", .manage, queries: ["path"], success: .noContent, disallow),
    APIRoute(.post, "/api/v1/settings/allowed-hosts", .manage, success: .created, allowHost),
    APIRoute(
      .delete, "/api/v1/settings/allowed-hosts", .manage, queries: ["host"], success: .noContent, disallowHost),
    APIRoute(.put, "/api/v1/settings/restart", .manage, restart),
    APIRoute(.put, "/api/v1/settings/images", .manage, images),
    APIRoute(.put, "/api/v1/settings/prices", .manage, price),
  ]

  struct Settings: Encodable, Sendable {
    var allowedPaths: [String]
    var allowedHosts: [String]
    var interrupted: String
    /// Rules, in the order in which they are tried.
    var images: [String]
    var retention: Kept
    var prices: [Price]

    /// US dollars an hour.
    struct Price: Encodable, Sendable {
      var name: String
      var title: String
      var dollars: Double
      /// Whether a manager set it.
      var isOwn: Bool
      /// Of the product's figure.
      var source: String
    }

    /// Days.
    struct Kept: Encodable, Sendable {
      /// Of logs and reports.
      var detailDays: Int
      /// Of whole runs; nil: for ever.
      var runDays: Int?
    }

    init(_ visit: APIVisit) throws {
      allowedPaths = try visit.state.kept.settings.allowedPaths()
      allowedHosts = try visit.state.kept.settings.allowedHosts()
      interrupted = try RestartRequests(visit.state).choice()
      images = try visit.state.kept.settings.images().rules.map(\.text)
      let kept = try visit.state.kept.settings.retention()
      retention = Kept(detailDays: kept.detailDays, runDays: kept.runDays)
      let list = try PriceRequests(visit.state).list()
      prices = list.items.map {
        Price(
          name: $0.name, title: $0.title, dollars: list.own[$0.name] ?? $0.dollars, isOwn: list.own[$0.name] != nil,
          source: $0.source)
      }
    }
  }

  @Sendable private static func show(_ visit: APIVisit) throws -> Response {
    try visit.json(Settings(visit))
  }

  @Sendable private static func restart(_ visit: APIVisit) throws -> Response {
    let form = try visit.body.form(["interrupted": .text])
    try RestartRequests(visit.state).choose(form["interrupted"] ?? "", by: visit.actor)
    return try visit.json(Settings(visit))
  }

  @Sendable private static func images(_ visit: APIVisit) throws -> Response {
    let form = try visit.body.form(["images": .lines])
    guard let images = form["images"] else {
      throw FormProblems("images", "it is missing", hint: "an empty list stands for the makers' own images")
    }
    try ImageRequests(visit.state).choose(images, by: visit.actor)
    return try visit.json(Settings(visit))
  }

  /// Lines, as in the form: `ec2.t3.medium = 0.048`.
  @Sendable private static func price(_ visit: APIVisit) throws -> Response {
    let form = try visit.body.form(["prices": .lines])
    guard let prices = form["prices"] else {
      throw FormProblems("prices", "they are missing", hint: "an empty list stands for the product's own")
    }
    try PriceRequests(visit.state).set(prices, by: visit.actor)
    return try visit.json(Settings(visit))
  }

  @Sendable private static func retain(_ visit: APIVisit) throws -> Response {
    let form = try visit.body.form(["detailDays": .whole, "runDays": .whole])
    try RetentionRequests(visit.state).keep(
      detailDays: form["detailDays"] ?? "", runDays: form["runDays"] ?? "", by: visit.actor)
    return try visit.json(Settings(visit))
  }

  @Sendable private static func allow(_ visit: APIVisit) throws -> Response {
    let form = try visit.body.form(["path": .text])
    try AllowedPaths(visit.state).allow(form["path"] ?? "", by: visit.actor)
    return try visit.json(Settings(visit), .created)
  }

  @Sendable private static func disallow(_ visit: APIVisit) throws -> Response {
    try visit.state.kept.settings.disallow(path: visit.query("path") ?? "", by: visit.actor)
    return visit.nothing
  }

  @Sendable private static func allowHost(_ visit: APIVisit) throws -> Response {
    let form = try visit.body.form(["host": .text])
    try AllowedHosts(visit.state).allow(form["host"] ?? "", by: visit.actor)
    return try visit.json(Settings(visit), .created)
  }

  @Sendable private static func disallowHost(_ visit: APIVisit) throws -> Response {
    try visit.state.kept.settings.disallow(host: visit.query("host") ?? "", by: visit.actor)
    return visit.nothing
  }
}
