import Foundation
public import ProofbackCore
import Yams

/// Restore tests and schedules as a file says them. Credentials, backup servers, workplaces and channels are named.
public struct DesiredSchedules: Sendable, Equatable {
  /// By field; what is left out is as a form has it at first.
  public var schedules: [[String: JSON]]

  private static let texts: Set = [
    "name", "location", "file", "server", "type", "passphrase", "proofKey", "workplace", "sandbox", "image", "maxAge",
    "minSize",
    "opensslCipher",
    "depth",
    "volatileTables", "tolerances",
    "timeout", "memory", "disk",
    "frequency", "time", "cron", "timeZone", "repetition", "until", "heartbeat",
  ]
  private static let wholes: Set = ["weekday", "monthday", "times"]
  private static let truths: Set = ["paused", "requireEncryption"]
  private static let lists: Set = ["decryptionKeys", "recipients", "checks", "tellOf", "channels"]

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
      var name = key.string ?? ""
      var value = value
      // One key may be written without brackets.
      if name == "decryptionKey" { (name, value) = ("decryptionKeys", Node([value])) }
      guard fields[name] == nil else { throw ClientError("\(place): \(UntrustedText.line(name)) is given twice") }
      fields[name] =
        if name == "options" { try options(value, place) } else if lists.contains(name) {
          try list(name, value, place)
        } else { try single(name, value, place) }
    }
    guard let name = fields["name"], !name.text.isEmpty else { throw ClientError("\(place): the schedule has no name") }
    return Self.normal(fields)
  }

  /// Options of the engines, by their names.
  private static func options(_ value: Node, _ place: String) throws -> JSON {
    guard let mapping = value.mapping else {
      throw ClientError("\(place): options is no object", hint: "options: {database: shop}")
    }
    var options: [String: JSON] = [:]
    for (key, value) in mapping {
      guard let name = key.scalar?.string, let text = value.scalar?.string else {
        throw ClientError("\(place): an option is no single value")
      }
      if !text.isEmpty { options[name] = .text(text) }
    }
    return .object(options)
  }

  private static func list(_ name: String, _ value: Node, _ place: String) throws -> JSON {
    guard let items = value.sequence?.map({ $0.scalar?.string }), !items.contains(nil) else {
      throw ClientError("\(place): \(name) is no list of names", hint: "\(name): [one, other]")
    }
    let texts = items.compactMap { $0 }.filter { !$0.isEmpty }
    if name == "tellOf", let wrong = texts.first(where: { !reasons.contains($0) }) {
      throw ClientError(
        "\(place): tellOf: there is no reason \(UntrustedText.line(wrong, limit: 40))",
        hint: reasons.joined(separator: ", "))
    }
    return .list(Set(texts).sorted().map(JSON.text))
  }

  /// Of what people can be told.
  private static let reasons = NotificationReason.allCases.filter { $0 != .test }.map(\.rawValue)

  private static func single(_ name: String, _ value: Node, _ place: String) throws -> JSON {
    // The scalar as it is written: 03:15 is a time here, and no number.
    guard let text = value.scalar?.string else {
      throw ClientError("\(place): \(UntrustedText.line(name, limit: 60)) is no single value")
    }
    switch name {
    case _ where truths.contains(name):
      guard ["true", "false"].contains(text) else { throw ClientError("\(place): \(name) is neither true nor false") }
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
    preset("decryptionKeys", .list([]))
    preset("tellOf", .list(NotificationRule().reasons.map(\.rawValue).sorted().map(JSON.text)))
    preset("channels", .list([]))
    if fields["frequency"] != .text("cron") { preset("time", .text("03:00")) }
    if fields["frequency"] == .text("weekly") { preset("weekday", .whole(1)) }
    if fields["frequency"] == .text("monthly") { preset("monthday", .whole(1)) }
    if let time = fields["time"]?.text, time.contains(/^[0-9]:/) { fields["time"] = .text("0" + time) }
    if let heartbeat = fields["heartbeat"].flatMap({ try? WebAddress($0.text) }) {
      fields["heartbeat"] = .text(heartbeat.description)
    }
    if let age = fields["maxAge"].flatMap({ Quantity.seconds($0.text) }) {
      fields["maxAge"] = .text(Quantity.written(seconds: age))
    }
    if let size = fields["minSize"].flatMap({ Quantity.bytes($0.text) }) {
      fields["minSize"] = .text(Quantity.written(bytes: size))
    }
    encryption(&fields)
    baseline(&fields)
    limit("timeout", Quantity.seconds, usual: Limits().seconds, Quantity.written(seconds:), &fields)
    limit("memory", Quantity.bytes, usual: Limits().memoryBytes, Quantity.written(bytes:), &fields)
    limit("disk", Quantity.bytes, usual: Limits().diskBytes, Quantity.written(bytes:), &fields)
    if fields["options"] == .object([:]) { fields["options"] = nil }
    return fields
  }

  /// A server names recipients in one spelling, and what is not demanded not at all.
  private static func encryption(_ fields: inout [String: JSON]) {
    if let recipients = fields["recipients"]?.items {
      let texts = recipients.map { (try? Recipient($0.text))?.text ?? $0.text }
      fields["recipients"] = texts.isEmpty ? nil : .list(Set(texts).sorted().map(JSON.text))
      if !texts.isEmpty { fields["requireEncryption"] = .truth(true) }
    }
    if fields["requireEncryption"] == .truth(false) { fields["requireEncryption"] = nil }
    if let cipher = fields["opensslCipher"] {
      fields["opensslCipher"] = OpenSSLCipher.named(cipher.text).map(JSON.text) ?? cipher
    }
  }

  private static func baseline(_ fields: inout [String: JSON]) {
    if let names = fields["volatileTables"].flatMap({ try? VolatileTables.parse($0.text) }) {
      fields["volatileTables"] = names.isEmpty ? nil : .text(VolatileTables.text(names))
    }
    if let lines = fields["checks"]?.items {
      let texts = lines.map { (try? Check($0.text))?.text ?? $0.text }
      fields["checks"] = texts.isEmpty ? nil : .list(texts.map(JSON.text))
    }
    if let shares = fields["tolerances"].flatMap({ try? ToleranceText.parse(list: $0.text) }) {
      fields["tolerances"] = shares.isEmpty ? nil : .text(ToleranceText.text(shares))
    }
  }

  /// A server does not name the usual bounds.
  private static func limit<Value: Equatable>(
    _ name: String, _ read: (String) -> Value?, usual: Value, _ write: (Value) -> String,
    _ fields: inout [String: JSON]
  ) {
    guard let value = fields[name].flatMap({ read($0.text) }) else { return }
    fields[name] = value == usual ? nil : .text(write(value))
  }
}
