import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOSSL
import ProofbackCore
import Synchronization

/// Requests to one server, which is known by its certificate and by nothing else: neither authorities nor names nor dates
/// count, so that a wrong clock or a private authority is no hindrance. Nothing is sent before it was looked at.
final class PinnedConnection: Sendable {
  /// What may be shown, SHA-256, hexadecimal: the one that we were told of, and what the server itself said comes next.
  final class Pins: Sendable {
    private let known: Mutex<Set<String>>
    private let refused = Mutex<String?>(nil)
    init(_ first: String) { known = Mutex([first]) }

    func add(_ pin: String) { known.withLock { _ = $0.insert(pin) } }

    func check(_ shown: String) throws {
      guard known.withLock({ $0.contains(shown) }) else {
        refused.withLock { $0 = shown }
        throw WrongCertificate(shown: shown)
      }
    }

    /// What was refused since it was last asked for.
    func takeRefused() -> String? {
      refused.withLock { refused in
        defer { refused = nil }
        return refused
      }
    }
  }

  struct WrongCertificate: Error, CustomStringConvertible {
    var shown: String
    var description: String { "it shows the certificate \(shown)" }
    var trouble: RunTrouble {
      RunTrouble(
        RemoteFindings.wrongCertificate, "the server shows another certificate than the one we were told of",
        evidence: ["shown: \(shown)"])
    }
  }

  struct Answer: Sendable {
    var status: Int
    var body: Data
    /// Seconds after which to ask again, where the server says so.
    var retryAfter: Double?
  }

  private let client: HTTPClient
  private let server: String
  private let pins: Pins?
  private static let longestAnswer = 2 * WorkerProtocol.longestAssignment

  /// - Parameter certificate: nil: over plain HTTP, on this machine.
  init(server: String, certificate: String?) {
    self.server = server
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout = .init(connect: .seconds(10))
    configuration.httpVersion = .http1Only
    configuration.proxy = nil
    // Whoever asks here tries again himself.
    configuration.connectionPool.retryConnectionEstablishment = false
    pins = certificate.map(Pins.init)
    if let pins {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.minimumTLSVersion = .tlsv12
      tls.certificateVerification = .none
      configuration.tlsConfiguration = tls
      configuration.http1_1ConnectionDebugInitializer = { channel in
        channel.eventLoop.submit {
          let certificate = try channel.pipeline.syncOperations.nioSSL_peerCertificate()
          let shown = try certificate.map { Hexadecimal.text(SHA256.hash(data: Data(try $0.toDERBytes()))) }
          try pins.check(shown ?? "none")
        }.flatMapError { error in
          channel.close().flatMapThrowing { throw error }
        }
      }
    }
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  func close() async { try? await client.shutdown() }

  /// From now on this certificate is taken too. Only what came over this connection may say so.
  func expect(_ certificate: String) { pins?.add(certificate) }

  /// - Throws: `WrongCertificate`, what the network says otherwise.
  func post(_ path: String, headers: [String: String], _ body: Data, within seconds: Double) async throws -> Answer {
    var request = HTTPClientRequest(url: server + path)
    request.method = .POST
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    request.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
    request.body = .bytes(ByteBuffer(bytes: body))
    do {
      let response = try await client.execute(request, timeout: .nanoseconds(Int64(seconds * 1e9)))
      let answer = try await response.body.collect(upTo: Self.longestAnswer)
      return Answer(
        status: Int(response.status.code), body: Data(answer.readableBytesView),
        retryAfter: response.headers.first(name: "Retry-After").flatMap(Double.init))
    } catch {
      if let shown = pins?.takeRefused() { throw WrongCertificate(shown: shown) }
      throw error
    }
  }
}
