import HTTPTypes
import Hummingbird

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

  static func staleForm(_ visit: Visit) -> Response {
    visit.page(
      "error", "Form too old",
      Content(
        fact: "This form was opened before you last logged in.", hint: "Go back, reload the page and send it again."),
      status: .forbidden)
  }
}
