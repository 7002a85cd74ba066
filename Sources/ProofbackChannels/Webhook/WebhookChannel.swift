import Crypto
import Foundation
import ProofbackCore
import ProofbackSystem

/// JSON sent to an address, signed so that the receiver knows who sent it and when.
struct WebhookChannel: ChannelKind {
  let name = "webhook"
  let title = "webhook"
  let options = [
    KindOption("address", "Address", hint: "https://hooks.example.com/proofback", isRequired: true, longest: 2000),
    KindOption(
      "secret", "Secret", hint: "The key of the signature: at least 16 characters. Empty: it is not signed.", .secret),
    Authority.option,
  ]

  func describe(_ options: [String: String], allowedHosts: [String]) async throws -> String {
    let address = try Self.address(options)
    if let secret = options["secret"], !secret.isEmpty, secret.utf8.count < 16 {
      throw OptionProblem("secret", "it has \(secret.utf8.count) bytes", hint: "at least 16 are needed")
    }
    try Authority.check(options["authority"])
    do { _ = try await Reach.find(address.host, allowedHosts: allowedHosts) } catch let problem as ReachProblem {
      throw OptionProblem("address", problem.fact, hint: problem.hint)
    }
    return address.origin
  }

  func send(_ notice: Notice, _ options: [String: String], allowedHosts: [String]) async -> Delivery {
    do {
      let body = try WebhookBody(notice).json()
      let authority = options["authority"].flatMap { $0.isEmpty ? nil : $0 }
      let request = WebRequest(
        address: try Self.address(options), body: body,
        headers: Self.headers(notice.id, body, secret: options["secret"] ?? "", now: Date()), authority: authority)
      return await request.send(allowedHosts: allowedHosts)
    } catch {
      return .failed(error)
    }
  }

  /// The signature is HMAC-SHA256 over the timestamp, a dot, and the body: a recorded message can't be sent again later.
  static func headers(_ id: String, _ body: Data, secret: String, now: Date) -> [(name: String, value: String)] {
    let timestamp = String(Int(now.timeIntervalSince1970))
    var headers = [
      (name: "Content-Type", value: "application/json"), ("Proofback-Delivery", id), ("Proofback-Timestamp", timestamp),
    ]
    if !secret.isEmpty {
      let code = HMAC<SHA256>.authenticationCode(
        for: Data("\(timestamp).".utf8) + body, using: SymmetricKey(data: Data(secret.utf8)))
      let hex = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      headers.append(("Proofback-Signature", "sha256=\(hex)"))
    }
    return headers
  }

  private static func address(_ options: [String: String]) throws -> WebAddress {
    do { return try WebAddress(options["address"] ?? "") } catch {
      throw OptionProblem("address", error.fact, hint: "for example https://hooks.example.com/proofback")
    }
  }
}
