import Foundation
import NIOCore
import ProofbackCore

/// Why the server can't listen, in words.
enum ListenFaults {
  /// - Returns: nil when that is not what went wrong.
  static func failure(_ error: any Error, _ address: ListenAddress) -> CommandFailure? {
    let at = UntrustedText.line(address.text, limit: 200)
    switch error {
    case let error as IOError where error.errnoCode == EADDRINUSE:
      return CommandFailure(
        "serve.address-in-use", "\(at) is in use by another program", hint: "listen elsewhere, with --listen host:port")
    case let error as IOError where error.errnoCode == EACCES:
      return CommandFailure(
        "serve.address-forbidden", "this user may not listen on \(at)",
        hint: "take a port from 1024 on, with --listen, or let a proxy have the low one")
    case let error as IOError where error.errnoCode == EADDRNOTAVAIL:
      return CommandFailure(
        "serve.address-unknown", "\(at) is no address of this machine", hint: "--listen 127.0.0.1:\(address.port)")
    case is SocketAddressError, is SocketAddressError.UnknownHost:
      return CommandFailure(
        "serve.address-unknown", "there is no host \(UntrustedText.line(address.host, limit: 200))",
        hint: "--listen 127.0.0.1:\(address.port)")
    default: return nil
    }
  }
}
