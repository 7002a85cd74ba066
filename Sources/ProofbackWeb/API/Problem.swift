import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// What is answered instead of what was asked for: problem details (RFC 9457).
struct Problem: Error, Encodable {
  struct Field: Encodable {
    var field: String
    var fact: String
    var hint: String?
  }

  private enum CodingKeys: String, CodingKey { case type, title, status, detail, errors }

  var type: String
  var title: String
  var status: Int
  var detail: String
  var errors: [Field]?
  var headers: [(HTTPField.Name, String)] = []

  init(_ status: HTTPResponse.Status, _ type: String, _ title: String, _ detail: String) {
    self.type = "urn:proofback:problem:\(type)"
    self.title = title
    self.status = status.code
    self.detail = detail
  }

  private func with(_ name: HTTPField.Name, _ value: String) -> Problem {
    var problem = self
    problem.headers.append((name, value))
    return problem
  }

  static let notFound = Problem(.notFound, "not-found", "Not found", "there is nothing at this address")
  static let tooLarge = Problem(.contentTooLarge, "too-large", "Too large", "the body has more than 1 MiB")
  static let internalError = Problem(
    .internalServerError, "internal", "Internal error", "the server's log says why; nothing was changed")
  static let mediaType = Problem(
    .unsupportedMediaType, "media-type", "Wrong content type", "a body must be application/json")
  static let syntax = Problem(.badRequest, "syntax", "Not readable", "the body is no JSON object")

  static func unauthorized(error: String? = nil) -> Problem {
    Problem(
      .unauthorized, "unauthorized", "No token",
      error == nil ? "a bearer token is needed" : "this token is none, was revoked, or its person was removed"
    ).with(.wwwAuthenticate, "Bearer realm=\"proofback\"" + (error.map { ", error=\"\($0)\"" } ?? ""))
  }

  static func scope(_ scope: TokenScope) -> Problem {
    Problem(.forbidden, "scope", "Scope too small", "a token of scope \(scope.rawValue) is needed").with(
      .wwwAuthenticate, "Bearer realm=\"proofback\", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\"")
  }

  static func method(allowed: [HTTPRequest.Method]) -> Problem {
    var names = allowed.map(\.rawValue)
    if names.contains("GET") { names.append("HEAD") }
    let list = names.sorted().joined(separator: ", ")
    return Problem(.methodNotAllowed, "method", "Wrong method", "allowed here: \(list)").with(.allow, list)
  }

  static func tooMany(_ seconds: TimeInterval) -> Problem {
    let wait = max(1, Int(seconds.rounded(.up)))
    return Problem(
      .tooManyRequests, "too-many", "Too many attempts", "too many wrong tokens came from this address; wait \(wait) s"
    ).with(.retryAfter, String(wait))
  }

  static func conflict(_ detail: String) -> Problem { Problem(.conflict, "conflict", "Not possible now", detail) }

  static func fields(_ problems: [FormProblem]) -> Problem {
    let first = problems.first.map { "\($0.field): \($0.fact)" } ?? "something is wrong"
    var problem = Problem(
      .unprocessableContent, "fields", "Fields are wrong",
      problems.count > 1 ? "\(first), and \(problems.count - 1) more" : first)
    problem.errors = problems.map { Field(field: $0.field, fact: $0.fact, hint: $0.hint.isEmpty ? nil : $0.hint) }
    return problem
  }

  var response: Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = (try? encoder.encode(self)) ?? Data("{}".utf8)
    var response = Response(
      status: .init(code: status), headers: [.contentType: "application/problem+json"],
      body: .init(byteBuffer: ByteBuffer(bytes: body)))
    for (name, value) in headers { response.headers[name] = value }
    return response
  }
}
