import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// What rclone is told: a configuration file in the run's key folder, and flags without a secret in them.
struct RcloneConfig: Sendable {
  /// The one remote that there is.
  static let remote = "backup"

  let rclone: String
  private let arguments: [String]
  private let environment: [String: String]

  /// Writes the file; may be called again for the same run.
  /// - Throws: `RunTrouble`.
  static func prepare(
    _ location: RcloneLocation, _ patience: WebPatience, in surroundings: SourceSurroundings
  ) async throws -> RcloneConfig {
    guard let rclone = Programs.find("rclone") else {
      throw RunTrouble(SourceFindings.toolMissing, "rclone is not installed", hint: "apt install rclone")
    }
    let folder = surroundings.keyFolder
    let backend = location.backend
    var entries = [RcloneBackend.Entry("type", backend.type)] + backend.fixed
    for field in backend.fields {
      if let option = field.option, let value = location.options[field.name] { entries.append(.init(option, value)) }
    }
    entries += backend.more(location.address, location.options) + (try login(location, surroundings))
    var text = "[\(remote)]\n"
    for entry in entries { text += "\(entry.option) = \(try await written(entry, rclone))\n" }
    let path = folder.appending("rclone.conf").string
    try PrivateFile.write(Data(text.utf8), to: path)
    var arguments = [
      "--config", path, "--cache-dir", folder.appending("rclone-cache").string, "--contimeout", "\(patience.connect)s",
      "--timeout", "\(Int(patience.answer))s", "--retries", "1", "--low-level-retries", "\(patience.pauses.count + 1)",
      "--log-level", "ERROR", "--user-agent", "proofback",
    ]
    var environment = Command.plainEnvironment.merging(["HOME": folder.string]) { $1 }
    if let authority = surroundings.secrets.authority {
      let file = folder.appending("rclone-authority.pem").string
      try PrivateFile.write(authority, to: file)
      arguments += ["--ca-cert", file]
      // FTP's backend does not heed it (rclone 1.60), and asks Go for the system's: this one, and no folder of others.
      environment["SSL_CERT_FILE"] = file
      environment["SSL_CERT_DIR"] = folder.appending("rclone-no-authorities").string
    }
    return RcloneConfig(rclone: rclone, arguments: arguments, environment: environment)
  }

  func command(_ verb: [String], _ remote: String) -> Command {
    Command(rclone, verb + arguments + ["--", remote], environment: environment)
  }

  private static func login(
    _ location: RcloneLocation, _ surroundings: SourceSurroundings
  ) throws -> [RcloneBackend.Entry] {
    let backend = location.backend
    guard let given = surroundings.secrets.login else {
      guard !backend.needsLogin else {
        throw RunTrouble(WebFindings.noLogin, "\(location.place) needs a login, and none was given")
      }
      return []
    }
    let name = UntrustedText.line(given.name, limit: 100)
    do throws(StoredLogin.Problem) {
      guard let entries = backend.login(try StoredLogin(given.content)) else {
        throw StoredLogin.Problem(fact: "\(backend.scheme) takes \(backend.loginForm)")
      }
      return entries
    } catch {
      throw RunTrouble(WebFindings.loginUnusable, "\(name) is no login for this place: \(error.fact)")
    }
  }

  /// A value on one line that rclone reads as it stands: its files know quotes, and names in `%()s`
  /// (github.com/Unknwon/goconfig).
  private static func written(_ entry: RcloneBackend.Entry, _ rclone: String) async throws -> String {
    if entry.isObscured { return try await obscured(entry.value, rclone) }
    var value = entry.value
    if value.hasPrefix("{"), let compact = compactJSON(value) { value = compact }
    let isPlain =
      value.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 } && !value.contains("%(")
      && value.first.map { !"\"`' ".contains($0) } ?? true && value.last != " "
    guard isPlain else {
      throw RunTrouble(WebFindings.loginUnusable, "the login has characters that rclone's configuration does not take")
    }
    return value
  }

  private static func compactJSON(_ text: String) -> String? {
    guard let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)),
      let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
    else { return nil }
    return String(decoding: data, as: UTF8.self)
  }

  private static func obscured(_ password: String, _ rclone: String) async throws -> String {
    let outcome = try await Command(rclone, ["obscure", "-"]).capture(
      input: Array((password + "\n").utf8), limit: 16384, within: 20, ownSession: true)
    let text = outcome.text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard outcome.end.isSuccess, !text.isEmpty else {
      throw RunTrouble(WebFindings.loginUnusable, "rclone does not take the password of the login")
    }
    return text
  }
}
