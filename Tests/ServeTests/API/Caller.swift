import Foundation
import FoundationNetworking

/// Somebody with a token, or without one.
struct Caller: Sendable {
  struct Answer: @unchecked Sendable {
    var status: Int
    /// By names in small letters.
    var headers: [String: String]
    var text: String
    /// An object; empty when it is none.
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? [:]
    }
    var id: String { json["id"] as? String ?? "" }
    var items: [[String: Any]] { json["items"] as? [[String: Any]] ?? [] }
    /// What a problem says of fields: `field: fact`.
    var facts: [String] {
      (json["errors"] as? [[String: Any]] ?? []).map { "\($0["field"] ?? ""): \($0["fact"] ?? "")" }
    }
  }

  let origin: String
  let token: String?

  func get(_ path: String) async throws -> Answer { try await ask("GET", path) }
  func delete(_ path: String) async throws -> Answer { try await ask("DELETE", path) }
  func post(_ path: String, _ fields: [String: any Sendable]? = nil, _ headers: [String: String] = [:]) async throws
    -> Answer
  {
    try await ask("POST", path, fields.map { try JSONSerialization.data(withJSONObject: $0) }, headers)
  }
  func put(_ path: String, _ fields: [String: any Sendable]) async throws -> Answer {
    try await ask("PUT", path, try JSONSerialization.data(withJSONObject: fields))
  }
  func patch(_ path: String, _ fields: [String: any Sendable]) async throws -> Answer {
    try await ask("PATCH", path, try JSONSerialization.data(withJSONObject: fields))
  }

  func ask(
    _ method: String, _ path: String, _ body: Data? = nil, _ headers: [String: String] = [:]
  ) async throws -> Answer {
    let full = path.hasPrefix("/api") || path == "/metrics" ? path : "/api/v1" + path
    guard let url = URL(string: origin + full) else { throw URLError(.badURL) }
    var request = URLRequest(url: url, timeoutInterval: 60)
    request.httpMethod = method
    request.httpBody = body
    if body != nil { request.setValue("application/json", forHTTPHeaderField: "Content-Type") }
    if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let (data, response) = try await URLSession.shared.data(for: request)
    guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
    let fields = response.allHeaderFields.reduce(into: [String: String]()) {
      $0["\($1.key)".lowercased()] = "\($1.value)"
    }
    return Answer(status: response.statusCode, headers: fields, text: String(decoding: data, as: UTF8.self))
  }
}
