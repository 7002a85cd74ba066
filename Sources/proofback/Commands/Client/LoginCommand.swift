import ArgumentParser
import Foundation
import ProofbackClient
import ProofbackCore

struct LoginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Remember a server and a token for the commands that speak to it.",
    discussion: """
      Make the token on the server's account page. It is asked for without being shown, or read from a file; it is kept in
      $XDG_CONFIG_HOME/proofback/client.json, which only you can read ($PROOFBACK_CLIENT names another file).

      Examples:
        proofback login https://backups.example.org
        proofback login https://backups.example.org --token-file /run/secrets/proofback
      """)

  @Argument(help: "The server's address.")
  var url: String
  @Option(help: ArgumentHelp("Read the token from this file; - is standard input.", valueName: "file"))
  var tokenFile: String?
  @Option(help: ArgumentHelp("Trust the certificates in this file too (PEM).", valueName: "file"))
  var caFile: String?

  func run() async throws {
    try await ClientSession.explaining {
      let token = try SecretInput.read("token", file: tokenFile)
      let certificates = caFile.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
      let settings = ClientSettings(
        server: try ClientSettings.address(url), token: token, certificates: certificates)
      let me = try await Connection.with(settings) { try await $0.ask("GET", "/me") }
      try settings.save(ClientSettings.file(ProcessInfo.processInfo.environment))
      if settings.isOpenlyReadable {
        StandardError.write("the token travels unencrypted to \(settings.server)\nnext: use https\n")
      }
      func line(_ value: JSON?) -> String { UntrustedText.line(value?.text ?? "", limit: 100) }
      print(
        "logged in at \(settings.server) as \(line(me["name"])) (\(line(me["role"]))), token "
          + "\(line(me["token"]?["name"])) of scope \(line(me["token"]?["scope"]))")
    }
  }
}

struct LogoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout", abstract: "Forget the server and its token; revoke it on the account page.")

  func run() throws {
    let path = ClientSettings.file(ProcessInfo.processInfo.environment)
    guard unlink(path) == 0 || errno == ENOENT else {
      throw ValidationError("\(path) can't be deleted: \(String(cString: strerror(errno)))")
    }
  }
}

/// Secrets that people type or hand over: never in arguments, never shown.
enum SecretInput {
  /// - Parameter file: `-` is standard input; nil asks on the terminal, or reads standard input where there is none.
  static func read(_ what: String, file: String?) throws -> String {
    let text: String
    if let file, file != "-" {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw ClientError("\(UntrustedText.line(file)) can't be read")
      }
      text = String(decoding: data, as: UTF8.self)
    } else if file == nil, isatty(STDIN_FILENO) == 1 {
      text = ask(what)
    } else {
      text = readLine(strippingNewline: true) ?? ""
    }
    let secret = text.trimmingCharacters(in: .newlines)
    guard !secret.isEmpty, !secret.contains(where: \.isNewline) else { throw ClientError("no \(what) was given") }
    return secret
  }

  private static func ask(_ what: String) -> String {
    StandardError.write("\(what): ")
    var old = termios()
    tcgetattr(STDIN_FILENO, &old)
    var silent = old
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &old)
      StandardError.write("\n")
    }
    return readLine(strippingNewline: true) ?? ""
  }
}
