import Foundation
public import ProofbackCore

/// Adding, changing and trying channels: looked at while their manager is there.
public struct ChannelKeeping: Sendable {
  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// - Parameter values: by the names of the kind's options; more are ignored.
  /// - Throws: `FormProblems`.
  public func add(
    kind name: String, name channel: String, values: [String: String], by manager: Actor
  ) async throws -> Channel {
    guard let kind = state.couriers.kind(name) else {
      throw FormProblems("kind", "there is no kind \(UntrustedText.line(name, limit: 40))")
    }
    let (name, options, description) = try await check(kind, channel, values)
    do {
      return try state.kept.channels.add(
        name: name, kind: kind.name, description: description, options: options, by: manager)
    } catch StoreError.alreadyThere {
      throw FormProblems("name", "a channel has this name already")
    }
  }

  /// Secrets that are left empty stay as they are.
  /// - Throws: `FormProblems`, `StoreError.notThere`.
  public func change(_ id: String, name: String, values: [String: String], by manager: Actor) async throws {
    let (channel, old) = try state.kept.channels.open(id)
    guard let kind = state.couriers.kind(channel.kind) else { throw StoreError.notThere }
    var values = values
    for option in kind.options where option.form == .secret && (values[option.name] ?? "").isEmpty {
      values[option.name] = old[option.name]
    }
    let (name, options, description) = try await check(kind, name, values)
    do {
      try state.kept.channels.change(id, name: name, description: description, options: options, by: manager)
    } catch StoreError.alreadyThere {
      throw FormProblems("name", "a channel has this name already")
    }
  }

  /// The options that may be shown, for changing them.
  public func shown(_ id: String) throws -> (channel: Channel, kind: any ChannelKind, values: [String: String]) {
    let (channel, options) = try state.kept.channels.open(id)
    guard let kind = state.couriers.kind(channel.kind) else { throw StoreError.notThere }
    let secrets = Set(kind.options.filter { $0.form == .secret }.map(\.name))
    return (channel, kind, options.filter { !secrets.contains($0.key) })
  }

  /// Sends a test at once.
  public func test(_ id: String, by manager: Actor, name: String) async throws -> Delivery {
    let (channel, options) = try state.kept.channels.open(id)
    guard let kind = state.couriers.kind(channel.kind) else { throw StoreError.notThere }
    let notice = NoticeComposer(state: state).test(of: channel, by: name)
    let delivery = await kind.send(notice, options, allowedHosts: try state.kept.settings.allowedHosts())
    try state.kept.channels.noteTest(id, delivery.isDelivered ? "delivered" : "failed", by: manager)
    try state.kept.channels.noteAttempt(id, problem: delivery.problem, at: state.now())
    if delivery.isDelivered { try state.kept.alerts.close(channel: id, now: state.now()) }
    return delivery
  }

  private func check(
    _ kind: any ChannelKind, _ name: String, _ values: [String: String]
  ) async throws -> (name: String, options: [String: String], description: String) {
    var problems: [FormProblem] = []
    var checked = ""
    do { checked = try FieldRules.name(name, field: "name") } catch let problem as FormProblem {
      problems.append(problem)
    }
    var options: [String: String] = [:]
    for option in kind.options {
      let raw = values[option.name] ?? ""
      // A password may begin or end with a space.
      let value = option.form == .secret ? raw : raw.trimmingCharacters(in: .whitespacesAndNewlines)
      if let fact = option.problem(with: value) { problems.append(FormProblem(option.name, fact, hint: option.hint)) }
      if !value.isEmpty { options[option.name] = value }
    }
    guard problems.isEmpty else { throw FormProblems(problems) }
    do {
      let hosts = try state.kept.settings.allowedHosts()
      return (checked, options, try await kind.describe(options, allowedHosts: hosts))
    } catch let problem as OptionProblem {
      throw FormProblems(problem.option, problem.fact, hint: problem.hint)
    }
  }
}
