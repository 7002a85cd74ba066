import AsyncHTTPClient
import Foundation
import NIOCore
import NIOSSL
public import ProofbackCore

/// Speaks to a server's API with a token. Redirects are not followed: the token is for one server.
public struct Connection: Sendable {
  private static let largest = 64 << 20
  private static let patience: TimeAmount = .seconds(60)
  private let client: HTTPClient
  private let settings: ClientSettings

  /// Opens it for the time of `work`.
  public static func with<Value: Sendable>(
    _ settings: ClientSettings, _ work: (Connection) async throws -> Value
  ) async throws -> Value {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout = .init(connect: .seconds(10))
    if let path = settings.certificates {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.additionalTrustRoots = [.file(path)]
      configuration.tlsConfiguration = tls
    }
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do {
      let value = try await work(Connection(client: client, settings: settings))
      try await client.shutdown()
      return value
    } catch {
      try? await client.shutdown()
      throw error
    }
  }

  /// - Parameter path: below `/api/v1`.
  /// - Throws: `ClientError`, with what the server says.
  public func ask(_ method: String, _ path: String, _ body: [String: JSON]? = nil) async throws -> JSON {
    let data = try await bytes(method, path, body)
    if data.isEmpty { return .null }
    guard let value = try? JSONDecoder().decode(JSON.self, from: data) else {
      throw ClientError("\(settings.server) answers with something else than JSON", hint: "is it a proofback server?")
    }
    return value
  }

  /// The answer as it came.
  public func bytes(_ method: String, _ path: String, _ body: [String: JSON]? = nil) async throws -> Data {
    var request = HTTPClientRequest(url: settings.server + "/api/v1" + path)
    request.method = .init(rawValue: method)
    request.headers.add(name: "Authorization", value: "Bearer \(settings.token)")
    request.headers.add(name: "Accept", value: "application/json")
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
    }
    let (status, data) = try await send(request)
    guard (200..<300).contains(status) else { throw Self.refusal(status, data, settings.server) }
    return data
  }

  private func send(_ request: HTTPClientRequest) async throws -> (Int, Data) {
    do {
      let response = try await client.execute(request, timeout: Self.patience)
      let body = try await response.body.collect(upTo: Self.largest)
      return (Int(response.status.code), Data(body.readableBytesView))
    } catch {
      let trouble = ConnectionTrouble(error, server: settings.server)
      throw ClientError(trouble.fact, hint: trouble.hint)
    }
  }

  /// All items of a list, part by part.
  public func all(_ path: String, _ queries: [String: String?] = [:], limit most: Int = .max) async throws -> [JSON] {
    var items: [JSON] = []
    var cursor: String?
    let narrowed = queries.compactMap { name, value in value.map { "&\(name)=\(Self.encoded($0))" } }.sorted().joined()
    repeat {
      let page = try await ask(
        "GET", "\(path)?limit=\(min(200, most - items.count))\(narrowed)" + (cursor.map { "&cursor=\($0)" } ?? ""))
      items += page["items"]?.items ?? []
      cursor = page["next"]?.text
    } while cursor != nil && items.count < most
    return items
  }

  private static func encoded(_ text: String) -> String {
    // Foundation's letters are those of all scripts.
    text.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain = scalar.properties.isASCIIHexDigit || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
      return isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  /// What the server refuses, as problem details say it.
  private static func refusal(_ status: Int, _ data: Data, _ server: String) -> ClientError {
    let problem = (try? JSONDecoder().decode(JSON.self, from: data)) ?? .null
    func line(_ text: String?) -> String { UntrustedText.line(text ?? "", limit: 300) }
    let fields = (problem["errors"]?.items ?? []).map { error in
      ClientError.Field(line(error["field"]?.text), line(error["fact"]?.text), hint: line(error["hint"]?.text))
    }
    if !fields.isEmpty { return ClientError(fields: fields) }
    guard let detail = problem["detail"]?.text, !detail.isEmpty else {
      return ClientError("\(server) answers with status \(status)", hint: "is it a proofback server?")
    }
    var error = ClientError(line(detail), hint: status == 401 ? "log in again: proofback login \(server)" : "")
    error.isUnauthorized = status == 401
    return error
  }
}
