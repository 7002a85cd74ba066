import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// One request of the API: who asks, for what, with which body.
struct APIVisit: Sendable {
  var site: Site
  var request: Request
  /// What stands for `{id}`.
  var id: String
  var address: String
  var person: Person?
  var token: APIToken?
  var body = APIBody()

  init(site: Site, request: Request, id: String, address: String) {
    self.site = site
    self.request = request
    self.id = id
    self.address = address
  }

  var state: ServerState { site.state }
  var now: Date { site.state.now() }
  var actor: Actor { Actor(person: person?.id ?? "", at: now, address: address) }

  func query(_ name: String) -> String? { request.uri.queryParameters[name[...]].map(String.init) }

  /// A parameter that narrows what is answered; nil when it is left out.
  /// - Parameter longest: characters.
  /// - Throws: `FormProblems` for one that is empty or too long.
  func given(_ name: String, longest: Int) throws -> String? {
    guard let value = query(name) else { return nil }
    guard !value.isEmpty else { throw FormProblems(name, "it is empty", hint: "leave it out") }
    // As JSON Schema counts: accents of their own, too.
    let length = value.unicodeScalars.count
    guard length <= longest else {
      throw FormProblems(name, "it has \(length) characters", hint: "\(longest) are allowed")
    }
    return value
  }

  /// An answer in JSON.
  func json(
    _ value: some Encodable, _ status: HTTPResponse.Status = .ok, location: String? = nil
  ) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    var response = Response(
      status: status, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
    if let location { response.headers[.location] = API.root + location }
    return response
  }

  var nothing: Response { Response(status: .noContent) }

  /// What is answered with a type of its own.
  func text(_ text: String, _ type: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
