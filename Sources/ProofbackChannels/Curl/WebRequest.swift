import Foundation
import ProofbackCore
import ProofbackSystem

/// One request that is answered with 2xx or has failed. Redirects are not followed: where they lead was looked at by nobody.
struct WebRequest {
  var address: WebAddress
  /// Nil: a GET.
  var body: Data?
  var headers: [(name: String, value: String)] = []
  /// Certificates to trust instead of the system's, PEM.
  var authority: String?

  func send(allowedHosts: [String]) async -> Delivery {
    do {
      let found = try await Reach.find(address.host, allowedHosts: allowedHosts)
      let body = try body.map(LentFile.init)
      let authority = try authority.map { try LentFile(Data($0.utf8)) }
      let outcome = try await Curl.run(config(found, body: body?.path, authority: authority?.path))
      // Lent to here.
      return withExtendedLifetime((body, authority)) { delivery(outcome) }
    } catch {
      return .failed(error)
    }
  }

  private func config(_ found: Reach.Found, body: String?, authority: String?) throws -> CurlConfig {
    var config = CurlConfig.message
    try config.set("url", address.description)
    try config.set("proto", "=http,https")
    if !found.isNumeric {
      let addresses = found.addresses.map { $0.contains(":") ? "[\($0)]" : $0 }.joined(separator: ",")
      try config.set("resolve", "\(address.host):\(address.port):\(addresses)")
    }
    for header in headers { try config.set("header", "\(header.name): \(header.value)") }
    try config.set("user-agent", "proofback")
    if let body {
      try config.set("request", "POST")
      try config.set("data-binary", "@\(body)")
    }
    if let authority { try config.set("cacert", authority) }
    return config
  }

  private func delivery(_ outcome: Curl.Outcome) -> Delivery {
    let peer = address.authority
    guard outcome.exit == 0 else { return .failed(outcome, peer: peer, tls: "see its certificate") }
    switch outcome.code {
    case 200..<300: return .delivered("\(peer) answered \(outcome.code)")
    case 300..<400:
      return .failed(
        fact: "\(peer) answered with a redirect (\(outcome.code))", hint: "give the address that it leads to",
        isFinal: false)
    default:
      return .failed(fact: "\(peer) answered \(outcome.code)", hint: "", isFinal: [410, 413].contains(outcome.code))
    }
  }
}
