import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import ProofbackCore

/// Why a server does not answer, in words.
struct ConnectionTrouble {
  let fact: String
  let hint: String

  init(_ error: any Error, server: String) {
    let (why, hint) = Self.words(error)
    fact = "\(server) does not answer: \(why)"
    self.hint = hint
  }

  private static let reachable = "is it running, and reachable from here?"

  private static func words(_ error: any Error) -> (String, hint: String) {
    switch error {
    case let error as NIOConnectionError: words(error)
    case let error as IOError: (said(error), reachable)
    case let error as HTTPClientError where [.connectTimeout, .readTimeout, .deadlineExceeded].contains(error):
      ("nothing came in time", reachable)
    case let error as HTTPClientError where error == .remoteConnectionClosed:
      ("the connection was closed", "does it speak https, or http only?")
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
      (
        "no TLS comes about: \(reason("\(error)"))",
        "does it speak https? A certificate of your own authority is trusted with login's --ca-file"
      )
    default: (UntrustedText.line("\(error)", limit: 200), reachable)
    }
  }

  private static func words(_ error: NIOConnectionError) -> (String, hint: String) {
    if let first = error.connectionErrors.first {
      return ((first.error as? IOError).map(said) ?? UntrustedText.line("\(first.error)", limit: 100), reachable)
    }
    return ("there is no host \(UntrustedText.line(error.host, limit: 100))", "is the address written right?")
  }

  /// BoringSSL's own word for it, out of file names and numbers: `certificate verify failed`.
  private static func reason(_ text: String) -> String {
    guard let name = text.firstMatch(of: /OPENSSL_internal:([A-Z0-9_]+)/)?.output.1 else {
      return UntrustedText.line(text, limit: 100)
    }
    return name.lowercased().replacing("_", with: " ")
  }

  private static func said(_ error: IOError) -> String { String(cString: strerror(error.errnoCode)).lowercased() }
}
