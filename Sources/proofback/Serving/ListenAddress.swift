import ArgumentParser
import Foundation
import ProofbackCore

/// Where the server listens.
struct ListenAddress: Equatable {
  var host: String
  var port: Int

  /// - Parameter text: `host:port`, `[::1]:port`; without a host: everywhere.
  /// - Throws: a usage error.
  init(_ text: String) throws {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65_535).contains(port)
    else { throw ValidationError("--listen is '\(UntrustedText.line(text))', which is no host:port") }
    let host = text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    self.host = host.isEmpty ? "0.0.0.0" : host
    self.port = port
  }

  var text: String { "\(Self.bracketed(host)):\(port)" }
  /// All addresses of this machine.
  var isEverywhere: Bool { ["0.0.0.0", "::"].contains(host) }
  /// This machine only.
  var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

  static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}
