import Crypto
import Foundation
import ProofbackCore
import ProofbackTestSupport
import Testing

@testable import ProofbackChannels

/// Against a real HTTP server.
@Suite struct WebhookTests {
  private let secret = "a secret of some length"

  private func send(_ address: String, _ more: [String: String] = [:], allowed: [String] = ["127.0.0.1"]) async
    -> Delivery
  {
    await WebhookChannel().send(
      Sample.notice(), ["address": address, "secret": secret].merging(more) { $1 }, allowedHosts: allowed)
  }

  @Test func `a webhook is sent JSON that is signed over its time and body`() async throws {
    let receiver = try await Receiver.web()
    let delivery = await send("http://127.0.0.1:\(receiver.port)/in?key=1")
    #expect(delivery.isDelivered, "\(delivery)")
    let item = try #require(receiver.items.first)
    #expect(item["method"] == "POST" && item["path"] == "/in?key=1")
    #expect(item["header content-type"] == "application/json" && item["header proofback-delivery"] == "a2b3c4")
    let body = Data((item["body"] ?? "").utf8)
    let timestamp = try #require(item["header proofback-timestamp"])
    let signature = try #require(item["header proofback-signature"]?.dropFirst("sha256=".count))
    let code = stride(from: 0, to: signature.count, by: 2).compactMap { index in
      UInt8(signature.dropFirst(index).prefix(2), radix: 16)
    }
    #expect(
      HMAC<SHA256>.isValidAuthenticationCode(
        code, authenticating: Data("\(timestamp).".utf8) + body, using: SymmetricKey(data: Data(secret.utf8))))
    let json = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
    #expect(json["state"] as? String == "bad" && json["reason"] as? String == "failure")
    #expect(json["cause"] as? String == "the dump ends inside table orders")
  }

  @Test func `hosts of this machine's own network are not asked unless they are allowed`() async throws {
    let receiver = try await Receiver.web()
    for host in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1"] {
      let delivery = await send("http://\(host):\(receiver.port)/", allowed: ["192.0.2.1"])
      #expect(delivery.fact.contains("lies on this machine's own network"), "\(host): \(delivery)")
    }
    #expect(receiver.items.isEmpty)
    #expect(await send("http://localhost:\(receiver.port)/", allowed: ["localhost"]).isDelivered)
    #expect(receiver.items.count == 1)
    await #expect(throws: OptionProblem.self) {
      try await WebhookChannel().describe(["address": "http://169.254.169.254/"], allowedHosts: [])
    }
  }

  @Test func `redirects are not followed, and answers other than 2xx are failures`() async throws {
    let inner = try await Receiver.web()
    let redirect = try await Receiver.web(status: 302, location: "http://127.0.0.1:\(inner.port)/")
    #expect(await send("http://127.0.0.1:\(redirect.port)/").fact.contains("redirect (302)"))
    #expect(inner.items.isEmpty)
    let broken = try await Receiver.web(status: 503)
    #expect(await send("http://127.0.0.1:\(broken.port)/").fact == "127.0.0.1:\(broken.port) answered 503")
    let gone = try await Receiver.web(status: 410)
    let delivery = await send("http://127.0.0.1:\(gone.port)/")
    guard case .failed(_, _, let isFinal) = delivery else {
      Issue.record("\(delivery)")
      return
    }
    #expect(isFinal)
  }

  @Test func `TLS is checked, against the system's authorities or the channel's own`() async throws {
    let receiver = try await Receiver.web(tls: true)
    let address = "https://localhost:\(receiver.port)/"
    #expect(await send(address, allowed: ["localhost"]).fact.contains("is not trusted"))
    #expect(await send(address, ["authority": receiver.certificate], allowed: ["localhost"]).isDelivered)
  }

  @Test func `while it is sent, no process shows secret or address`() async throws {
    let receiver = try await Receiver.web(delay: 2)
    async let delivery = send("http://127.0.0.1:\(receiver.port)/token-swordfish")
    let seen = try await Sample.arguments(whileRunning: "curl", first: "--disable")
    #expect(await delivery.isDelivered)
    #expect(seen.contains { $0.first?.hasSuffix("/curl") == true })
    #expect(!seen.joined().contains { $0.contains("swordfish") || $0.contains(secret) })
  }

  @Test func `a heartbeat asks for its address, and only that counts which answers well`() async throws {
    let receiver = try await Receiver.web()
    let address = try WebAddress("http://127.0.0.1:\(receiver.port)/ping/1")
    #expect(await ChannelCatalogue.couriers.ping(address, ["127.0.0.1"]).isDelivered)
    #expect(receiver.items.map { $0["method"] } == ["GET"])
    #expect(await !ChannelCatalogue.couriers.ping(address, []).isDelivered)
  }
}
