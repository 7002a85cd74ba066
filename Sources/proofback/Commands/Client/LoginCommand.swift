import ArgumentParser
import Foundation
import NIOSSL
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
      let certificates = try caFile.map(Self.certificates)
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

extension LoginCommand {
  /// The path as later commands find it, from wherever they are called.
  private static func certificates(_ path: String) throws -> String {
    guard let found = try? NIOSSLCertificate.fromPEMFile(path), !found.isEmpty else {
      throw ClientError(
        "--ca-file: \(UntrustedText.line(path, limit: 400)) can't be read, or holds no certificate in PEM")
    }
    return URL(fileURLWithPath: path).standardizedFileURL.path
  }
}
