import Foundation
import ProofbackCore
import ProofbackSystem

/// A mail channel's options, understood.
struct MailPlan {
  var recipients: [String]
  var sender: String
  var host: String
  var port: Int
  var security: String
  /// Login and password.
  var login: (name: String, password: String)?
  var authority: String?

  var peer: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

  /// - Throws: `OptionProblem`.
  init(_ options: [String: String]) throws {
    func value(_ name: String) -> String { (options[name] ?? "").trimmingCharacters(in: .whitespaces) }
    recipients = value("to").split(whereSeparator: { $0 == " " || $0 == "," || $0 == ";" }).map(String.init)
    guard !recipients.isEmpty else { throw OptionProblem("to", "it is empty") }
    for recipient in recipients { try Self.check(recipient, "to") }
    sender = value("from")
    try Self.check(sender, "from")
    host = value("host").lowercased()
    guard host.utf8.count <= 253, host.contains(/^(?:[a-z0-9](?:[a-z0-9._\-]*[a-z0-9])?|[0-9a-f:]*:[0-9a-f:.]+)$/)
    else {
      throw OptionProblem("host", "\(UntrustedText.line(host, limit: 80)) is no host", hint: "mail.example.com")
    }
    security = value("security").isEmpty ? "starttls" : value("security")
    let usual = ["starttls": 587, "tls": 465][security] ?? 25
    let text = value("port")
    guard let number = text.isEmpty ? usual : Int(text), (1...65_535).contains(number) else {
      throw OptionProblem("port", "\(UntrustedText.line(text, limit: 20)) is no port")
    }
    port = number
    authority = value("authority").isEmpty ? nil : value("authority")
    try Authority.check(authority)
    login = try Self.login(value("login"), options["password"] ?? "", security)
  }

  private static func login(
    _ name: String, _ password: String, _ security: String
  ) throws -> (name: String, password: String)? {
    if name.isEmpty {
      guard password.isEmpty else { throw OptionProblem("login", "a password without a login") }
      return nil
    }
    // curl parts them at the first colon.
    guard !name.contains(":") else { throw OptionProblem("login", "it holds a colon") }
    guard security != "none" else {
      throw OptionProblem("security", "a password is sent over TLS only", hint: "choose STARTTLS or TLS")
    }
    return (name, password)
  }

  /// What RFC 5321 calls a mailbox, without quoted names and address literals: nothing in it can end a header or a command.
  private static func check(_ address: String, _ option: String) throws {
    let shape = /[A-Za-z0-9.!#$%&'*+\/=?^_`{|}~\-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])?/
    guard address.utf8.count <= 254, address.wholeMatch(of: shape) != nil, !address.hasPrefix("-") else {
      throw OptionProblem(
        option, "\(UntrustedText.line(address, limit: 80)) is no mail address", hint: "ops@example.com")
    }
  }

  func config(message: String, authority: String?) throws -> CurlConfig {
    var config = CurlConfig.message
    try config.set("url", "\(security == "tls" ? "smtps" : "smtp")://\(peer)")
    try config.set("proto", "=smtp,smtps")
    if security != "none" { config.set("ssl-reqd") }
    if let login { try config.set("user", "\(login.name):\(login.password)") }
    if let authority { try config.set("cacert", authority) }
    try config.set("mail-from", "<\(sender)>")
    for recipient in recipients { try config.set("mail-rcpt", "<\(recipient)>") }
    try config.set("upload-file", message)
    return config
  }
}
