import Foundation
public import ProofbackCore
import Yams

/// Restore tests and schedules as a file says them. Credentials and backup servers are named.
public struct DesiredSchedules: Sendable, Equatable {
  /// By field; what is left out is as a form has it at first.
  public var schedules: [[String: JSON]]

  private static let texts: Set = [
    "name", "location", "file", "server", "type", "decryptionKey", "passphrase", "maxAge", "minSize", "depth",
    "frequency", "time", "cron", "timeZone", "repetition", "until",
  ]
  private static let wholes: Set = ["weekday", "monthday", "times"]

  /// Reads `schedules:`, a list of objects with the API's fields, and `paused`.
  /// - Throws: `ClientError` that names the line.
  public init(yaml: String) throws {
    let node: Node?
    do { node = try Yams.compose(yaml: yaml) } catch {
      throw ClientError("the file is no YAML: \(YAMLWords.text(error))")
    }
    guard let root = node?.mapping, root.count == 1, let list = root["schedules"]?.sequence else {
      throw ClientError("the file has no list schedules, or something beside it", hint: "see docs/api.md")
    }
    schedules = try list.map(Self.schedule)
    let names = schedules.map { ($0["name"]?.text ?? "").lowercased() }
    if let twice = Dictionary(grouping: names, by: \.self).first(where: { $0.value.count > 1 })?.key {
      throw ClientError("the file has two schedules named \(UntrustedText.line(twice))")
    }
  }

  private static func schedule(_ node: Node) throws -> [String: JSON] {
    let place = node.mark.map { "line \($0.line)" } ?? "the file"
    guard let mapping = node.mapping else { throw ClientError("\(place): a schedule is no object") }
    var fields: [String: JSON] = [:]
    for (key, value) in mapping {
      let place = key.mark.map { "line \($0.line)" } ?? place
      let name = key.string ?? ""
      // The scalar as it is written: 03:15 is a time here, and no number.
      guard let text = value.scalar?.string else { throw ClientError("\(place): \(name) is no single value") }
      fields[name] = try Self.value(name, text, place)
    }
    guard let name = fields["name"], !name.text.isEmpty else { throw ClientError("\(place): the schedule has no name") }
    return Self.normal(fields)
  }

  private static func value(_ name: String, _ text: String, _ place: String) throws -> JSON {
    switch name {
    case "paused":
      guard ["true", "false"].contains(text) else { throw ClientError("\(place): paused is neither true nor false") }
      return .truth(text == "true")
    case _ where texts.contains(name): return .text(text)
    case _ where wholes.contains(name):
      guard let number = Int(text) else { throw ClientError("\(place): \(name) is no whole number") }
      return .whole(number)
    default: throw ClientError("\(place): there is no field \(UntrustedText.line(name, limit: 60))")
    }
  }

  /// What a server makes of it, so that the same is seen as the same.
  private static func normal(_ given: [String: JSON]) -> [String: JSON] {
    var fields = given.filter { $0.value != .text("") }
    func preset(_ name: String, _ value: JSON) { fields[name] = fields[name] ?? value }
    preset("frequency", .text("daily"))
    preset("timeZone", .text("UTC"))
    preset("repetition", .text("ever"))
    preset("depth", .text("full"))
    if fields["frequency"] != .text("cron") { preset("time", .text("03:00")) }
    if fields["frequency"] == .text("weekly") { preset("weekday", .whole(1)) }
    if fields["frequency"] == .text("monthly") { preset("monthday", .whole(1)) }
    if let time = fields["time"]?.text, time.contains(/^[0-9]:/) { fields["time"] = .text("0" + time) }
    if let age = fields["maxAge"].flatMap({ Quantity.seconds($0.text) }) {
      fields["maxAge"] = .text(Quantity.written(seconds: age))
    }
    if let size = fields["minSize"].flatMap({ Quantity.bytes($0.text) }) {
      fields["minSize"] = .text(Quantity.written(bytes: size))
    }
    return fields
  }
}
