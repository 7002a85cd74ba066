import Foundation
import Hummingbird

/// Bodies of forms.
enum Forms {
  /// `application/x-www-form-urlencoded`, names and values of a form without nesting.
  static func read(_ request: Request, limit: Int) async throws -> [String: String] {
    let body = try await request.body.collect(upTo: limit)
    if let boundary = MultipartForm.boundary(request.headers[.contentType]) {
      guard let form = MultipartForm(Array(buffer: body), boundary: boundary) else { throw HTTPError(.badRequest) }
      return form.fields
    }
    let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" }.lowercased()
    guard type.isEmpty && body.readableBytes == 0 || type == "application/x-www-form-urlencoded",
      let form = fields(String(buffer: body))
    else { throw HTTPError(.badRequest) }
    return form
  }

  /// A form's fields, from a body or from an address; nil when they are none.
  static func fields(_ text: String) -> [String: String]? {
    var form: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decoded(parts[0]), let value = decoded(parts.count > 1 ? parts[1] : "") else { return nil }
      // Browsers send line ends of text fields as CR LF.
      form[name] = value.replacing("\r\n", with: "\n")
    }
    return form
  }

  private static func decoded(_ text: Substring) -> String? { text.replacing("+", with: " ").removingPercentEncoding }
}
