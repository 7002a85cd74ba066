import ArgumentParser
import Foundation
import ProofbackClient
import ProofbackCore

struct LogoutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout",
    abstract: "End the token at the server, and forget both.",
    discussion: """
      When the server can't be asked, the token is forgotten here all the same, and the command says so and ends with
      \(ProofbackCore.ExitCode.inconclusive.rawValue): end it on the server's account page then.
      """)

  /// What became of the token at the server.
  private enum Ending {
    case revoked(String)
    /// It had ended before, or its person was removed.
    case wasNone
  }

  func run() async throws {
    let path = ClientSettings.file(ProcessInfo.processInfo.environment)
    guard access(path, F_OK) == 0 else { return print("you are not logged in at a server") }
    var server = ""
    do {
      let settings = try ClientSettings.load(path)
      server = settings.server
      let ending = try await Self.revoke(settings)
      try Self.forget(path)
      switch ending {
      case .revoked(let name): print("logged out: the token \(name) was revoked at \(server), and is forgotten here")
      case .wasNone: print("logged out: \(server) knew the token no more, and it is forgotten here")
      }
    } catch let error as ClientError {
      try Self.forget(path)
      let place = server.isEmpty ? "the server" : server
      StandardError.write(
        "the token is forgotten here, and still holds at \(place): \(error.fact)\n"
          + "next: revoke it on the account page of \(place)\n")
      throw ArgumentParser.ExitCode(ProofbackCore.ExitCode.inconclusive.rawValue)
    }
  }

  /// - Throws: `ClientError` when the token still holds.
  private static func revoke(_ settings: ClientSettings) async throws -> Ending {
    try await Connection.with(settings) { connection in
      do {
        let token = try await connection.ask("GET", "/me")["token"]
        guard let id = token?["id"]?.text, id.wholeMatch(of: /[A-Za-z0-9-]{1,64}/) != nil else {
          throw ClientError("it does not say which token this is")
        }
        _ = try await connection.ask("DELETE", "/me/tokens/\(id)")
        return .revoked(UntrustedText.line(token?["name"]?.text ?? "", limit: 100))
      } catch let error as ClientError where error.isUnauthorized {
        return .wasNone
      }
    }
  }

  private static func forget(_ path: String) throws {
    guard unlink(path) == 0 || errno == ENOENT else {
      let why = String(cString: strerror(errno))
      throw CommandFailure("login.not-forgotten", "\(UntrustedText.line(path, limit: 400)) can't be deleted: \(why)")
    }
  }
}
