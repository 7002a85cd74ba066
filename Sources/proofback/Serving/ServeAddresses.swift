import ArgumentParser
import Foundation
import ProofbackCore

/// Under which addresses the server is reached, and what is odd about them.
struct ServeAddresses {
  var listen: ListenAddress
  /// It speaks TLS itself.
  var hasTLS: Bool
  /// A proxy speaks TLS in front of it.
  var isBehindTLS: Bool
  /// Without a slash at its end; nil when nobody said.
  private var named: String?

  /// - Throws: a usage error.
  init(listen: String, publicURL: String?, hasTLS: Bool, isBehindTLS: Bool) throws {
    self.listen = try ListenAddress(listen)
    self.hasTLS = hasTLS
    self.isBehindTLS = isBehindTLS
    named = try publicURL.map { text in
      guard let address = try? WebAddress(text), !address.target.contains("?") else {
        throw ValidationError("--public-url is '\(UntrustedText.line(text))', which is no address\nnext: https://host/")
      }
      return address.description.trimmingCharacters(in: CharacterSet(charactersIn: "/"))
    }
  }

  /// Where the server itself answers.
  var origin: String { "\(hasTLS ? "https" : "http")://\(listen.text)" }

  /// Where people reach it: messages and the first manager's link lead there.
  var publicAddress: String {
    if let named { return named }
    let host = listen.isEverywhere ? ProcessInfo.processInfo.hostName : listen.host
    // Which port a proxy has is its own matter.
    return "\(hasTLS || isBehindTLS ? "https" : "http")://\(ListenAddress.bracketed(host))"
      + (isBehindTLS ? "" : ":\(listen.port)")
  }

  /// What should not stay as it is: a fact and what to do.
  var warnings: [(fact: String, hint: String)] {
    var warnings: [(fact: String, hint: String)] = []
    if !listen.isLoopback, !hasTLS, !isBehindTLS {
      warnings.append(
        (
          "passwords and cookies travel unencrypted to \(listen.text), which other machines reach",
          "--tls-cert and --tls-key, or --behind-tls when a proxy speaks TLS"
        ))
    }
    if named == nil, isBehindTLS || listen.isEverywhere {
      warnings.append(
        (
          "links in messages lead to \(publicAddress), which is only guessed",
          "--public-url \(hasTLS || isBehindTLS ? "https" : "http")://the-name-that-people-use"
        ))
    }
    return warnings
  }
}
