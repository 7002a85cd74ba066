import Foundation
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Ways to tell people. Options that are secret come in and never go out.
enum ChannelAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/channels", .manage, queries: Paging.queries, list),
    APIRoute(.post, "/api/v1/channels", .manage, success: .created, add),
    APIRoute(.get, "/api/v1/channels/kinds", .manage, kinds),
    APIRoute(.get, "/api/v1/channels/undelivered", .manage, queries: Paging.queries, undelivered),
    APIRoute(.get, "/api/v1/channels/{id}", .manage) { try $0.json(Item($0.id, $0)) },
    APIRoute(.put, "/api/v1/channels/{id}", .manage, change),
    APIRoute(.delete, "/api/v1/channels/{id}", .manage, success: .noContent, delete),
    APIRoute(.post, "/api/v1/channels/{id}/test", .manage, test),
  ]

  struct Item: Encodable, Sendable {
    var id: String
    var name: String
    var kind: String
    var description: String
    var options: [String: String]
    var created: Date
    /// When something was last sent by it, or tried to be.
    var tried: Date?
    /// Why messages don't get through; nil: they do, or nothing was tried yet.
    var trouble: String?

    init(_ id: String, _ visit: APIVisit) throws {
      let shown = try ChannelKeeping(visit.state).shown(id)
      self.id = shown.channel.id
      name = shown.channel.name
      kind = shown.channel.kind
      description = shown.channel.description
      options = shown.values
      created = shown.channel.created
      trouble =
        try visit.state.kept.alerts.open(limit: 1000).first { $0.kind == .channel && $0.subject == id }
        .map { AlertText.fact($0, now: visit.now) } ?? shown.channel.problem
      tried = shown.channel.tried
    }
  }

  struct Outcome: Encodable, Sendable {
    var delivered: Bool
    var message: String
    var hint: String?
  }

  @Sendable private static func list(_ visit: APIVisit) throws -> Response {
    try visit.json(Paging(visit).page(visit.state.kept.channels.all()) { try Item($0.id, visit) })
  }

  @Sendable private static func add(_ visit: APIVisit) async throws -> Response {
    let form = try visit.body.form(["kind": .text, "name": .text, "options": .options])
    let channel = try await ChannelKeeping(visit.state).add(
      kind: form["kind"] ?? "", name: form["name"] ?? "", values: visit.body.options, by: visit.actor)
    return try visit.json(Item(channel.id, visit), .created, location: "/channels/\(channel.id)")
  }

  /// Secrets that are left out stay as they are.
  @Sendable private static func change(_ visit: APIVisit) async throws -> Response {
    let form = try visit.body.form(["name": .text, "options": .options])
    try await ChannelKeeping(visit.state).change(
      visit.id, name: form["name"] ?? "", values: visit.body.options, by: visit.actor)
    return try visit.json(Item(visit.id, visit))
  }

  @Sendable private static func test(_ visit: APIVisit) async throws -> Response {
    try visit.body.none()
    let delivery = try await ChannelKeeping(visit.state).test(
      visit.id, by: visit.actor, name: visit.person?.name ?? "")
    switch delivery {
    case .delivered(let fact): return try visit.json(Outcome(delivered: true, message: fact))
    case .failed(let fact, let hint, _):
      return try visit.json(Outcome(delivered: false, message: fact, hint: hint.isEmpty ? nil : hint))
    }
  }

  @Sendable private static func delete(_ visit: APIVisit) throws -> Response {
    try visit.state.kept.channels.delete(visit.id, by: visit.actor)
    return visit.nothing
  }
}
