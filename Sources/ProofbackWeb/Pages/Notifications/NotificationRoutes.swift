import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Ways to tell people: managers add, try, change and delete them.
enum NotificationRoutes {
  static let all: [Route] = [
    .get("/notifications", .manager) { try show($0) }, .post("/notifications", .manager, add),
    .post("/notifications/{id}", .manager, change), .post("/notifications/{id}/test", .manager, test),
    .post("/notifications/{id}/delete", .manager, delete),
  ]

  private static func show(
    _ visit: Visit, outcome: NotificationContent.Outcome? = nil, note: String? = nil,
    form: ChannelFormContent? = nil,
    status: HTTPResponse.Status = .ok
  ) throws -> Response {
    let content = try NotificationContent(visit, outcome: outcome, note: note, form: form ?? opened(visit))
    return visit.page("notifications", "Notifications", content, status: status)
  }

  /// The form that the address asks for: of a channel that is there, or a new one of a kind.
  private static func opened(_ visit: Visit) throws -> ChannelFormContent? {
    if let id = visit.query("change"), let known = try? ChannelKeeping(visit.state).shown(id) {
      return ChannelFormContent(known.kind, id: id, name: known.channel.name, values: known.values)
    }
    let kinds = visit.state.couriers.kinds
    return (visit.query("kind").flatMap(visit.state.couriers.kind) ?? kinds.first).map { ChannelFormContent($0) }
  }

  @Sendable private static func add(_ visit: Visit) async throws -> Response {
    do {
      _ = try await ChannelKeeping(visit.state).add(
        kind: visit.field("kind"), name: visit.field("name"), values: visit.form, by: visit.actor)
      return visit.go(to: "/notifications")
    } catch let problems as FormProblems {
      let kind = visit.state.couriers.kind(visit.field("kind"))
      let form = kind.map {
        ChannelFormContent($0, name: visit.field("name"), values: visit.form, problems: problems)
      }
      return try show(visit, form: form, status: .unprocessableContent)
    }
  }

  @Sendable private static func change(_ visit: Visit) async throws -> Response {
    let id = visit.parameters.get("id") ?? ""
    do {
      try await ChannelKeeping(visit.state).change(
        id, name: visit.field("name"), values: visit.form, by: visit.actor)
      return visit.go(to: "/notifications")
    } catch let problems as FormProblems {
      let form = ChannelFormContent(
        try ChannelKeeping(visit.state).shown(id).kind, id: id, name: visit.field("name"), values: visit.form,
        problems: problems)
      return try show(visit, form: form, status: .unprocessableContent)
    }
  }

  @Sendable private static func test(_ visit: Visit) async throws -> Response {
    let id = visit.parameters.get("id") ?? ""
    let delivery = try await ChannelKeeping(visit.state).test(
      id, by: visit.actor, name: visit.person?.name ?? "")
    let name = try visit.state.kept.channels.all().first { $0.id == id }?.name ?? ""
    return try show(visit, outcome: .init(delivery, channel: name))
  }

  @Sendable private static func delete(_ visit: Visit) throws -> Response {
    let alone = try visit.state.kept.channels.delete(visit.parameters.get("id") ?? "", by: visit.actor)
    guard !alone.isEmpty else { return visit.go(to: "/notifications") }
    let names = alone.prefix(20).map { UntrustedText.line($0, limit: 80) }.joined(separator: ", ")
    return try show(
      visit, note: "It alone told of \(names)\(alone.count > 20 ? " and others" : ""): every channel does from now on.")
  }
}
