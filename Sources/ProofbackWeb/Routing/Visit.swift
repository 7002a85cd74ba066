import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// One request: who asks, for what, with which form.
struct Visit: Sendable {
  var site: Site
  var request: Request
  var parameters: Parameters
  var form: [String: String]
  var person: Person?
  var session: Session?
  var token: Token?
  var address: String

  var state: ServerState { site.state }
  var now: Date { site.state.now() }

  /// For changes: routes that need a person have one.
  var actor: Actor { Actor(person: person?.id ?? "", at: now, address: address) }

  func field(_ name: String) -> String { form[name] ?? "" }

  /// As forms send it with GET, which write a space as `+`.
  func query(_ name: String) -> String? { request.uri.query.flatMap { Forms.fields($0)?[name] } }

  /// A page from its template.
  func page(_ template: String, _ title: String, _ content: some Sendable, status: HTTPResponse.Status = .ok)
    -> Response
  {
    site.pages.render(template, title: title, content: content, visit: self, status: status)
  }

  /// A part as HTML, to be put into a page with `{{{ }}}`.
  func part(_ part: some PagePart) -> String { site.pages.parts.html(part) }

  func rows(_ rows: [some PagePart]) -> String { site.pages.parts.html(rows) }

  /// For scripts of our pages.
  func json(_ value: some Encodable) throws -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(data: try JSONEncoder().encode(value))))
  }

  /// To the login, and from there on to this address.
  func goToLogin() -> Response {
    let path = request.uri.path + (request.uri.query.map { "?\($0)" } ?? "")
    let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "/-._~"))
    guard path != "/", let next = path.addingPercentEncoding(withAllowedCharacters: allowed) else {
      return go(to: "/login")
    }
    return go(to: "/login?next=\(next)")
  }

  /// An address of our own to go to after the login; home when the text is none.
  static func next(_ text: String) -> String {
    let isOwn =
      text.utf8.count <= 2000 && text.hasPrefix("/") && !text.hasPrefix("//")
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
    return isOwn && !text.hasPrefix("/login") ? text : "/"
  }

  /// Back to a page after a change.
  func go(to path: String) -> Response { Response(status: .seeOther, headers: [.location: path]) }
}
