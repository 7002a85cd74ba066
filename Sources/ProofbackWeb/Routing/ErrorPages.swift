import HTTPTypes
import Hummingbird
import ProofbackCore

/// Answers that are no page.
enum ErrorPages {
  struct Content: Sendable {
    var fact: String
    var hint: String
  }

  static func notFound(_ visit: Visit) -> Response {
    visit.page(
      "error", "Not found", Content(fact: "There is nothing at this address.", hint: "It may have been deleted."),
      status: .notFound)
  }

  static func internalError(_ visit: Visit) -> Response {
    visit.page(
      "error", "Not now",
      Content(fact: "This page could not be made.", hint: "The server's log says why. Nothing was changed."),
      status: .internalServerError)
  }

  /// What was typed goes with the page, to be sent again: browsers lose it otherwise. Secrets are not put into pages.
  static func staleForm(_ visit: Visit) -> Response {
    let path = visit.request.uri.path
    let isSafe = withoutSecrets.contains { path == $0 || path.hasPrefix($0 + "/") }
    let content = StaleForm(
      path: path,
      fields: visit.form.filter { $0.key != "formToken" }.sorted { $0.key < $1.key }.map {
        StaleForm.Field(name: $0.key, value: $0.value)
      }, canSend: isSafe)
    return visit.page("staleForm", "Send it again", content, status: .forbidden)
  }

  /// Below these no form has a secret in it.
  private static let withoutSecrets = ["/runs", "/schedules", "/settings"]

  struct StaleForm: Sendable {
    struct Field: Sendable {
      var name: String
      var value: String
    }

    var path: String
    var fields: [Field]
    var canSend: Bool
  }

  static func loggedOut(_ visit: Visit) -> Response {
    visit.page(
      "error", "Logged out",
      Content(
        fact: "You are logged out, and nothing was saved.",
        hint: "Log in in another tab, then reload this page: your browser sends what you typed again."),
      status: .forbidden)
  }

  static func elsewhere(_ visit: Visit) -> Response {
    visit.page(
      "error", "Not from here",
      Content(
        fact: "This form was sent from another site, and nothing was done.",
        hint: "Open the page here and send it from there."), status: .forbidden)
  }

  /// - Parameter limit: bytes.
  static func tooLarge(_ visit: Visit, limit: Int) -> Response {
    visit.page(
      "error", "Too large",
      Content(
        fact: "What was sent has more than \(Quantity.text(bytes: UInt64(limit))), and nothing was saved.",
        hint: "A key is far smaller: go back and choose another file."), status: .contentTooLarge)
  }

  static func unreadable(_ visit: Visit) -> Response {
    visit.page(
      "error", "Not readable",
      Content(
        fact: "What was sent is no form, and nothing was saved.",
        hint: "Programs use the API at /api/v1; its document is /api/v1/openapi.yaml."), status: .badRequest)
  }
}
