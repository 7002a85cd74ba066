public import ProofbackCore

/// What has to change on a server so that it is as a file says. What it shows has no secret in it.
public struct SchedulePlan: Sendable {
  public struct Difference: Sendable, Equatable {
    public var field: String
    /// As people read it: credentials and servers by name.
    public var old: String?
    public var new: String?
  }

  public enum Step: Sendable {
    case add(name: String, fields: [String: JSON], [Difference])
    /// Pausing is apart: nil leaves it as it is.
    case change(id: String, name: String, fields: [String: JSON], pause: Bool?, [Difference])
    case delete(id: String, name: String)

    var name: String {
      switch self {
      case .add(let name, _, _), .change(_, let name, _, _, _), .delete(_, let name): name
      }
    }
  }

  public private(set) var steps: [Step] = []
  /// Schedules that are as the file says.
  public private(set) var same = 0
  /// Names that the file does not have, and that stay.
  public private(set) var others: [String] = []
  public var isEmpty: Bool { steps.isEmpty }

  /// What a file can say and a server may have or not.
  private static let optional = [
    "file", "server", "type", "passphrase", "proofKey", "workplace", "sandbox", "image", "maxAge", "minSize",
    "requireEncryption",
    "recipients",
    "opensslCipher",
    "volatileTables", "tolerances", "checks", "timeout", "memory", "disk", "options", "cron",
    "until", "heartbeat",
  ]
  private static let settable =
    ["location", "depth", "frequency", "time", "weekday", "monthday", "timeZone", "repetition", "times"] + optional
    + ["decryptionKeys", "tellOf", "channels"]
  /// What is named in a file: the list of `/choices` that has it, and which of its kinds.
  private static let named: [String: (list: String, kind: String?)] = [
    "server": ("servers", nil), "passphrase": ("credentials", "passphrase"),
    "proofKey": ("credentials", "proofKey"), "workplace": ("workplaces", nil),
    "decryptionKeys": ("credentials", "decryptionKey"), "channels": ("channels", nil),
  ]

  /// - Parameters:
  ///   - current: all schedules of the server.
  ///   - choices: what the server answers to `/choices`.
  /// - Throws: `ClientError` for names that the server does not know.
  public init(_ desired: DesiredSchedules, current: [JSON], choices: JSON, prunes: Bool) throws {
    var left = Dictionary(current.map { ($0["name"]?.text.lowercased() ?? "", $0) }) { first, _ in first }
    for wanted in desired.schedules {
      let name = wanted["name"]?.text ?? ""
      let ids = try Self.withIDs(wanted, choices, name)
      if let now = left.removeValue(forKey: name.lowercased()) {
        change(now, ids, choices, name)
      } else {
        let shown = Self.settable.compactMap { field in
          Self.shown(field, ids[field], choices).map { Difference(field: field, old: nil, new: $0) }
        }
        steps.append(.add(name: name, fields: ids, shown))
      }
    }
    for (_, rest) in left.sorted(by: { $0.key < $1.key }) {
      let name = rest["name"]?.text ?? ""
      if prunes { steps.append(.delete(id: rest["id"]?.text ?? "", name: name)) } else { others.append(name) }
    }
  }

  private mutating func change(_ now: JSON, _ wanted: [String: JSON], _ choices: JSON, _ name: String) {
    var fields: [String: JSON] = [:]
    var shown: [Difference] = []
    for field in Self.settable where Self.sorted(now[field]) != Self.sorted(wanted[field]) {
      // Runs that are left count down on the server.
      if field == "times", now["repetition"] == wanted["repetition"] { continue }
      // What its frequency does not use is not shown by the server, and does not matter.
      guard wanted[field] != nil || Self.optional.contains(field) else { continue }
      fields[field] = wanted[field] ?? .null
      var (old, new) = (Self.shown(field, now[field], choices), Self.shown(field, wanted[field], choices))
      // What they differ in is not shown.
      if old != nil, old == new { new = new.map { "\($0), another one" } }
      shown.append(Difference(field: field, old: old, new: new))
    }
    var pause: Bool?
    if case .truth(let wants) = wanted["paused"], wants != (now["paused"] != nil) {
      pause = wants
      shown.append(Difference(field: "paused", old: "\(!wants)", new: "\(wants)"))
    }
    if shown.isEmpty {
      same += 1
    } else {
      steps.append(.change(id: now["id"]?.text ?? "", name: name, fields: fields, pause: pause, shown))
    }
  }

  /// Names of credentials and servers become ids.
  private static func withIDs(
    _ wanted: [String: JSON], _ choices: JSON, _ schedule: String
  ) throws -> [String: JSON] {
    var fields = wanted
    for (field, place) in named {
      func id(_ name: JSON) throws -> JSON {
        guard let id = (choices[place.list]?.items ?? []).first(where: { matches($0, name.text, place.kind) })?["id"]
        else {
          throw ClientError(
            "\(UntrustedText.line(schedule)): \(field): there is none named \(UntrustedText.line(name.text))",
            hint: "a manager can add it")
        }
        return id
      }
      switch wanted[field] {
      case .list(let names): fields[field] = .list(try names.map(id))
      case .some(let name): fields[field] = try id(name)
      case nil: break
      }
    }
    return fields
  }

  private static func matches(_ choice: JSON, _ name: String, _ kind: String?) -> Bool {
    choice["name"]?.text.lowercased() == name.lowercased() && (kind == nil || choice["kind"]?.text == kind)
  }

  /// Lists say the same in any order.
  private static func sorted(_ value: JSON?) -> JSON? {
    guard case .list(let items) = value else { return value }
    return .list(items.sorted { $0.text < $1.text })
  }

  /// As people read it; nil: nothing.
  private static func shown(_ field: String, _ value: JSON?, _ choices: JSON) -> String? {
    func name(_ id: JSON) -> String {
      guard let list = named[field]?.list else { return id.text }
      return (choices[list]?.items ?? []).first { $0["id"] == id }?["name"]?.text ?? id.text
    }
    switch (field, value) {
    // Whoever knows all of it can say that a backup was proven.
    case ("heartbeat", .some(let address)):
      return (try? WebAddress(address.text)).map { "\($0.origin)/…" } ?? "an address"
    case ("channels", .list([])): return "every channel"
    case (_, .list(let items)): return items.isEmpty ? nil : items.map(name).sorted().joined(separator: ", ")
    case (_, .object(let fields)):
      return fields.map { "\($0.key)=\($0.value.text)" }.sorted().joined(separator: ", ")
    case (_, .some(let value)): return name(value)
    case (_, nil): return nil
    }
  }

  // MARK: Carrying out

  /// Step by step; what was done before an error stays done, and a second call goes on from there.
  /// - Throws: `ClientError` that names the schedule.
  public func carryOut(_ connection: Connection) async throws {
    for step in steps {
      do { try await Self.carryOut(step, connection) } catch let error as ClientError {
        throw ClientError("\(UntrustedText.line(step.name, limit: 100)): \(error.fact)", hint: error.hint)
      }
    }
  }

  private static func carryOut(_ step: Step, _ connection: Connection) async throws {
    switch step {
    case .add(_, var fields, _):
      let pauses = fields.removeValue(forKey: "paused") == .truth(true)
      let made = try await connection.ask("POST", "/schedules", fields)
      if pauses { _ = try await connection.ask("POST", "/schedules/\(made["id"]?.text ?? "")/pause") }
    case .change(let id, _, let fields, let pause, _):
      if !fields.isEmpty { _ = try await connection.ask("PATCH", "/schedules/\(id)", fields) }
      if let pause { _ = try await connection.ask("POST", "/schedules/\(id)/\(pause ? "pause" : "resume")") }
    case .delete(let id, _): _ = try await connection.ask("DELETE", "/schedules/\(id)")
    }
  }

  /// For people, before anything is changed.
  public var text: String {
    func line(_ text: String) -> String { UntrustedText.line(text, limit: 200) }
    var lines: [String] = []
    for step in steps {
      switch step {
      case .add(let name, _, let fields):
        lines.append("+ \(line(name))")
        lines += fields.map { "    \($0.field): \(line($0.new ?? ""))" }
      case .change(_, let name, _, _, let fields):
        lines.append("~ \(line(name))")
        lines += fields.map { "    \($0.field): \(line($0.old ?? "none")) -> \(line($0.new ?? "none"))" }
      case .delete(_, let name): lines.append("- \(line(name))")
      }
    }
    func count(_ matches: (Step) -> Bool) -> Int { steps.count(where: matches) }
    let added = count { if case .add = $0 { true } else { false } }
    let deleted = count { if case .delete = $0 { true } else { false } }
    lines.append(
      "\(added) to add, \(steps.count - added - deleted) to change, \(deleted) to delete, \(same) as they are"
        + (others.isEmpty ? "" : ", \(others.count) not in the file"))
    return lines.joined(separator: "\n")
  }
}
