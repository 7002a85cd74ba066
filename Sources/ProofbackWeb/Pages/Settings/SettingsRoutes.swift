import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// What managers set for the whole server.
enum SettingsRoutes {
  static let all: [Route] = [
    .get("/settings", .manager) { try show($0) }, .post("/settings/paths", .manager, allow),
    .post("/settings/paths/delete", .manager, disallow), .post("/settings/retention", .manager, retain),
    .post("/settings/restart", .manager, restart), .post("/settings/hosts", .manager, allowHost),
    .post("/settings/hosts/delete", .manager, disallowHost), .post("/settings/images", .manager, choose),
    .post("/settings/prices", .manager, price),
  ]

  struct Content: Sendable {
    var sentence: String
    var paths: [String]
    var hasPaths: Bool
    var path: String
    var detailDays: String
    var runDays: String
    var triesAgain: Bool
    var hosts: [String]
    var hasHosts: Bool
    var host: String
    var images: String
    /// For the field's height.
    var imageLines: Int
    var prices: [PriceRow]
    var hasPrices: Bool
    var ownPrices: String
    var problems: [String: String]
  }

  /// Something that is paid by the hour.
  struct PriceRow: Sendable {
    var name: String
    var title: String
    var dollars: String
    /// Where the price is from.
    var source: String

    init(_ item: PriceItem, own: Double?) {
      (name, title) = (item.name, item.title)
      dollars = Quantity.text(dollars: own ?? item.dollars)
      source = own == nil ? item.source : "your own, in place of \(Quantity.text(dollars: item.dollars))"
    }
  }

  private static func show(_ visit: Visit, problems: FormProblems? = nil) throws -> Response {
    let paths = try visit.state.kept.settings.allowedPaths()
    let retention = try visit.state.kept.settings.retention()
    let hosts = try visit.state.kept.settings.allowedHosts()
    let images = try visit.form["images"] ?? visit.state.kept.settings.images().text
    let prices = try PriceRequests(visit.state).list()
    let folders = paths.isEmpty ? "no folder" : Quantity.text(paths.count, "folder")
    let kept = retention.runDays.map { "for \($0) days" } ?? "for ever"
    let content = Content(
      sentence: "On this machine backups are read below \(folders); runs are kept \(kept).", paths: paths,
      hasPaths: !paths.isEmpty, path: problems == nil ? "" : visit.field("path"),
      detailDays: visit.form["detailDays"] ?? String(retention.detailDays),
      runDays: visit.form["runDays"] ?? retention.runDays.map(String.init) ?? "",
      triesAgain: try visit.state.kept.settings.triesAgain(), hosts: hosts,
      hasHosts: !hosts.isEmpty, host: problems == nil ? "" : visit.field("host"),
      images: images, imageLines: min(max(images.split(whereSeparator: \.isNewline).count, 3) + 1, 20),
      prices: prices.items.map { PriceRow($0, own: prices.own[$0.name]) }, hasPrices: !prices.items.isEmpty,
      ownPrices: visit.form["prices"] ?? PriceRequests.text(prices.own), problems: FieldProblems.texts(problems))
    return visit.page("settings", "Settings", content, status: problems == nil ? .ok : .unprocessableContent)
  }

  @Sendable private static func allow(_ visit: Visit) throws -> Response {
    do {
      try AllowedPaths(visit.state).allow(visit.field("path"), by: visit.actor)
      return visit.go(to: "/settings")
    } catch let problems as FormProblems {
      return try show(visit, problems: problems)
    }
  }

  @Sendable private static func allowHost(_ visit: Visit) throws -> Response {
    do {
      try AllowedHosts(visit.state).allow(visit.field("host"), by: visit.actor)
      return visit.go(to: "/settings")
    } catch let problems as FormProblems {
      return try show(visit, problems: problems)
    }
  }

  @Sendable private static func disallowHost(_ visit: Visit) throws -> Response {
    try visit.state.kept.settings.disallow(host: visit.field("host"), by: visit.actor)
    return visit.go(to: "/settings")
  }

  @Sendable private static func disallow(_ visit: Visit) throws -> Response {
    try visit.state.kept.settings.disallow(path: visit.field("path"), by: visit.actor)
    return visit.go(to: "/settings")
  }

  /// Empty: the makers' own.
  @Sendable private static func choose(_ visit: Visit) throws -> Response {
    do {
      try ImageRequests(visit.state).choose(visit.form["images"] ?? "", by: visit.actor)
      return visit.go(to: "/settings")
    } catch let problems as FormProblems {
      return try show(visit, problems: problems)
    }
  }

  /// A box that is not ticked is not sent.
  @Sendable private static func restart(_ visit: Visit) throws -> Response {
    let wanted = visit.form["interrupted"] ?? "left"
    try RestartRequests(visit.state).choose(wanted, by: visit.actor)
    return visit.go(to: "/settings")
  }

  @Sendable private static func price(_ visit: Visit) throws -> Response {
    do {
      try PriceRequests(visit.state).set(visit.field("prices"), by: visit.actor)
      return visit.go(to: "/settings")
    } catch let problems as FormProblems {
      return try show(visit, problems: problems)
    }
  }

  @Sendable private static func retain(_ visit: Visit) throws -> Response {
    do {
      try RetentionRequests(visit.state).keep(
        detailDays: visit.field("detailDays"), runDays: visit.field("runDays"), by: visit.actor)
      return visit.go(to: "/settings")
    } catch let problems as FormProblems {
      return try show(visit, problems: problems)
    }
  }
}
