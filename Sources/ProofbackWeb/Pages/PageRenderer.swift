import Foundation
import HTTPTypes
import Hummingbird
import Mustache
import ProofbackCore

/// Turns a page's model into HTML. Values are escaped by the templates.
struct PageRenderer: Sendable {
  /// What every page has around its content.
  private struct Frame: Sendable {
    var title: String
    var name: String?
    var isManager: Bool
    var formToken: String
    var content: any Sendable
  }

  private let library: MustacheLibrary
  /// Parts that many visits share.
  let parts: RenderedParts

  init() throws {
    var library = MustacheLibrary()
    for (name, bytes) in Templates.all {
      try library.register(String(decoding: bytes, as: UTF8.self), named: name)
    }
    self.library = library
    parts = RenderedParts(library)
  }

  func render(
    _ template: String, title: String, content: any Sendable, visit: Visit, status: HTTPResponse.Status
  ) -> Response {
    let frame = Frame(
      title: title, name: visit.person?.name, isManager: visit.person?.role == .manager,
      formToken: visit.session?.formToken ?? "", content: content)
    var html = Self.marked(
      library.render(PageValues.make(frame) ?? frame, withTemplate: template) ?? "", visit.request.uri.path)
    if status == .unprocessableContent { html = ProblemSummary.added(to: html) }
    return Response(
      status: status, headers: [.contentType: "text/html; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
  }

  /// Says which line of the navigation the page belongs to, whatever lines there are.
  private static func marked(_ html: String, _ path: String) -> String {
    let section = "/" + (path.split(separator: "/").first ?? "")
    let link = "<a href=\"\(section)\""
    // As bytes: a page has some hundred thousand characters.
    let bytes = html.utf8
    guard let start = bytes.firstRange(of: "<nav".utf8),
      let end = bytes[start.upperBound...].firstRange(of: "</nav>".utf8),
      let found = bytes[start.upperBound..<end.lowerBound].firstRange(of: (link + ">").utf8)
    else { return html }
    return html[..<found.lowerBound] + link + " aria-current=\"page\">" + html[found.upperBound...]
  }
}
